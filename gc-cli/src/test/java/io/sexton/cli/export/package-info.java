@NullMarked
package io.sexton.cli.export;

import org.jspecify.annotations.NullMarked;
