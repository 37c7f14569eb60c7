package io.sexton.sources.rocksdb;

/**
 * The end of a region by a failure: it publishes and commits nothing more in its epoch. Shared storage keeps the state of
 * the last committed manifest, which is whole and older than RocksDB's. To resume, close the database and the region, and
 * open the region again in a higher epoch.
 */
public final class RegionStoppedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RegionStoppedException(String region, Throwable cause) {
        super("the " + region + " has stopped: " + cause.getMessage(), cause);
    }
}
