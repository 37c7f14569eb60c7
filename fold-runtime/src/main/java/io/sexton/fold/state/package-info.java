/** Where the state of a fold lives: in memory, or in the RocksDB stores of Kafka Streams. */
@NullMarked
package io.sexton.fold.state;

import org.jspecify.annotations.NullMarked;
