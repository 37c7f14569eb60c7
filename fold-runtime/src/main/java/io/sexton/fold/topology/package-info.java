/** The topology that runs any fold in Kafka Streams, with its ticker. */
@NullMarked
package io.sexton.fold.topology;

import org.jspecify.annotations.NullMarked;
