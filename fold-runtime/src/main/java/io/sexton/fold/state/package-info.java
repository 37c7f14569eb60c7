/** Stores of a fold's state: in memory, or in RocksDB by Kafka Streams. */
@NullMarked
package io.sexton.fold.state;

import org.jspecify.annotations.NullMarked;
