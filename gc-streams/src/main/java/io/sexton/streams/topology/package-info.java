/** The topology that runs the fold in Kafka Streams. */
@NullMarked
package io.sexton.streams.topology;

import org.jspecify.annotations.NullMarked;
