package io.sexton.client;

import io.sexton.v1.FileRef;

/** Takes the files that a listing finds, one by one. Safe for use by several threads of one listing. */
@FunctionalInterface
public interface FileSink {

    /**
     * Takes a file.
     *
     * @throws InvalidEventException if its path is none
     * @throws PublishException if an earlier part of the listing was not acknowledged: stop listing
     */
    void accept(FileRef file) throws InterruptedException;
}
