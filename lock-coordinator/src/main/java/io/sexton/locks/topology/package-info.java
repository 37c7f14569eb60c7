/** The wiring of the lock fold into Kafka Streams. */
@NullMarked
package io.sexton.locks.topology;

import org.jspecify.annotations.NullMarked;
