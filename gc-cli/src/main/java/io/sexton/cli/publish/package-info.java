/** {@code sexton publish}: records from JSON lines into the topics. */
@NullMarked
package io.sexton.cli.publish;

import org.jspecify.annotations.NullMarked;
