@NullMarked
package io.sexton.cli.log;

import org.jspecify.annotations.NullMarked;
