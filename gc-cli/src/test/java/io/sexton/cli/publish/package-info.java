@NullMarked
package io.sexton.cli.publish;

import org.jspecify.annotations.NullMarked;
