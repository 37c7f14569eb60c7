/** The stores of a fold's state: in memory, or in the RocksDB stores of Kafka Streams. */
@NullMarked
package io.sexton.fold.state;

import org.jspecify.annotations.NullMarked;
