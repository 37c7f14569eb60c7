package io.sexton.sources.rocksdb;

import java.nio.file.Path;

/**
 * A file of RocksDB's own list.
 *
 * @param name RocksDB's name, {@code 000012.sst}
 * @param path on the local disk
 * @param largestSequence the number of the last write in it
 */
record LocalFile(String name, Path path, long bytes, long largestSequence) {}
