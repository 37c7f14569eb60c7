package io.sexton.deleter.storage;

/** A consumer of a listing, page by page. */
@FunctionalInterface
public interface ListingSink {

    /**
     * @throws StorageProblemException to end the listing, which then fails with it
     * @throws InterruptedException if the thread is to end
     */
    void accept(ListingPage page) throws StorageProblemException, InterruptedException;
}
