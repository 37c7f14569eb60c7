package io.sexton.deleter.app;

import io.sexton.service.StartupException;

/** The kind of storage of a store, or of an archive's copies. */
enum StoreType {
    /** A directory: {@code LocalObjectStore}. */
    LOCAL,
    /** A bucket of S3, or of a server that has its protocol: {@code S3ObjectStore}. */
    S3;

    /**
     * @param key of the store or archive whose {@code type} this is
     * @throws StartupException if no kind has that name
     */
    static StoreType parse(String key, String type) {
        return switch (type) {
            case "local" -> LOCAL;
            case "s3" -> S3;
            default -> throw new StartupException(key + ".type must be local or s3, not '" + type + "'");
        };
    }
}
