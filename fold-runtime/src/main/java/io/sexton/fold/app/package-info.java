/** The fold in this process: its configuration, and the life of its Kafka Streams. */
@NullMarked
package io.sexton.fold.app;

import org.jspecify.annotations.NullMarked;
