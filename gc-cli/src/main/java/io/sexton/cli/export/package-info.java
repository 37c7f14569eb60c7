/** {@code sexton export}: records of a topic as JSON lines. */
@NullMarked
package io.sexton.cli.export;

import org.jspecify.annotations.NullMarked;
