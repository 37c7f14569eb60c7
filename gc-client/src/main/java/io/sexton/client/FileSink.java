package io.sexton.client;

import io.sexton.v1.FileRef;

/** The receiver of the files of a listing, one by one. Safe for use by several threads of one listing. */
@FunctionalInterface
public interface FileSink {

    /**
     * Accepts a file. May block until earlier files are acknowledged.
     *
     * @throws InvalidEventException if its path is not a valid path
     * @throws PublishException if an earlier part of the listing was not acknowledged: stop listing
     */
    void accept(FileRef file) throws InterruptedException;
}
