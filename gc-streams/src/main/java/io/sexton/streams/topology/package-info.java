/** The wiring of the fold into Kafka Streams. */
@NullMarked
package io.sexton.streams.topology;

import org.jspecify.annotations.NullMarked;
