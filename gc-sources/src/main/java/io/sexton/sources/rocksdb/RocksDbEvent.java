package io.sexton.sources.rocksdb;

import java.nio.file.Path;
import java.util.List;

/**
 * An event of RocksDB, from its callbacks. File names are RocksDB's own ({@code 000012.sst}); it never reuses one in a
 * region.
 */
sealed interface RocksDbEvent {

    /**
     * A flush has written a file; it is no part of the database yet.
     *
     * @param copy a name of our own for the file, so that it stays when RocksDB deletes its name
     */
    record FileFlushed(String name, Path copy) implements RocksDbEvent {}

    /**
     * RocksDB has added a flushed file to its list.
     *
     * @param sequence the number of the last write in the file
     */
    record FlushCommitted(String name, long sequence) implements RocksDbEvent {}

    /** A compaction begins. */
    record CompactionBegun(int job) implements RocksDbEvent {}

    /** A compaction has written a file; it is no part of the database yet. */
    record FileCompacted(int job, String name, Path copy) implements RocksDbEvent {}

    /** RocksDB has replaced the inputs by the outputs. A file that only changed its level is in both. */
    record CompactionCommitted(int job, List<String> inputs, List<String> outputs) implements RocksDbEvent {}

    /** RocksDB has aborted a compaction; its outputs will never be part of the database. */
    record CompactionAborted(int job, String error) implements RocksDbEvent {}

    /** RocksDB has failed, or has done what cannot be followed: later events would not be the whole truth. */
    record Broken(String error) implements RocksDbEvent {}
}
