package io.sexton.deleter.storage;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.FileResult;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The small port to storage: whoever brings another kind of storage writes one class, and lets it run the tests of
 * {@code TrashContract}. Regions, roots, trash and archive are made of it by {@link FileStore}.
 *
 * <p>What every implementation must keep:
 * <ul>
 *   <li>A key leads to one plain object of this store and nowhere else: what is reached through a link, or is a
 *       directory, is refused (I1).
 *   <li>Absence is what the storage said of that very key. A time-out, a denial, a missing bucket or an unmounted
 *       volume is never absence (I5).
 *   <li>No exception tells of the failure of one object among many: each has its own answer, so that what is known of
 *       the others is kept.
 *   <li>What changes something is done only while the guard allows it, repetitions included (I4).
 * </ul>
 *
 * <p>Implementations are safe for use by many threads; calls block.
 */
public interface ObjectStore {

    /** Looks at one object. */
    Lookup stat(ObjectKey key);

    /**
     * Looks at many objects, with fewer requests where the storage can be asked for several at once.
     *
     * @param guard asked before each request; once it says no, the remaining objects are unknown
     * @return one answer for each of {@code keys}, in their order
     */
    default List<Lookup> statMany(List<ObjectKey> keys, CallGuard guard) {
        List<Lookup> looks = new ArrayList<>(keys.size());
        for (ObjectKey key : keys) {
            Optional<String> stop = guard.whyStop();
            looks.add(stop.isPresent() ? new Lookup.Unknown("not looked at: " + stop.get()) : stat(key));
        }
        return looks;
    }

    /** How much of a storage call's time has to be left, so that some objects can still be deleted in it. */
    default Duration timeToDelete() {
        return Duration.ofMillis(500);
    }

    /**
     * Deletes those objects that still are what was condemned.
     *
     * @param guard asked before each operation that deletes; once it says no, the remaining objects are retryable
     * @return one result for each of {@code objects}, in their order: DELETED, ALREADY_ABSENT, CHANGED, REFUSED or
     *     FAILED_RETRYABLE
     */
    List<FileResult> deleteMany(List<ObjectDeletion> objects, CallGuard guard);

    /**
     * Gives an object another key within the store. Repeated after a crash it ends as if there had been none.
     *
     * @param guard asked before each operation that changes something
     */
    Moved move(ObjectMove move, CallGuard guard);

    /**
     * Lists what lies directly in a directory, each object once; an absent directory is empty. What was written or
     * deleted meanwhile may be in it or not. What is no plain object is left out; what has a name that is no key is counted
     * ({@link ListingPage#unrepresentable}). A name is exactly that of the object, or it is no key: never another one.
     *
     * @param guard asked before each page
     * @throws StorageProblemException if the listing is not complete, whatever the reason
     * @throws InterruptedException if the sink was interrupted
     */
    void list(ObjectKey directory, ListingSink sink, CallGuard guard)
            throws StorageProblemException, InterruptedException;

    /**
     * Takes away a directory, and those in it, as far as nothing lies in them; where directories are only parts of keys,
     * there is nothing to take away. Best effort: what is left costs a listing and no more.
     */
    void prune(ObjectKey directory);

    /**
     * Removes a directory if nothing is in it, by an operation that fails otherwise. Where directories are only parts of
     * keys there is nothing to remove.
     *
     * @return whether no such directory is there
     */
    default boolean removeIfEmpty(ObjectKey directory) {
        return true;
    }

    /**
     * Returns when names in a directory were last added or removed, by the storage's clock; empty if there is no such
     * directory, and where directories are only parts of keys.
     *
     * @throws StorageProblemException if that is not known
     */
    default Optional<Instant> changedAt(ObjectKey directory) throws StorageProblemException {
        return Optional.empty();
    }

    /**
     * Creates a small object, whole and durably, unless there is one of that key: of many who try at once, one creates it,
     * and it is never replaced (I1).
     *
     * @return whether this call created it; false, too, where an earlier one did whose answer was lost
     * @throws StorageProblemException if it is not known whether the object is there
     */
    boolean create(ObjectKey key, byte[] content, CallGuard guard) throws StorageProblemException;

    /**
     * Opens an object to be read from its beginning.
     *
     * @throws StorageProblemException if it cannot be
     */
    InputStream read(ObjectKey key) throws StorageProblemException;

    /**
     * Writes an object, whole or not at all, and durably: once this returns, a power failure does not take it back. An
     * object of that key is replaced.
     *
     * @param sizeBytes how many bytes {@code content} has; another number is a failure
     * @param content closed by the caller
     * @throws StorageProblemException if the storage did not take it
     * @throws IOException if {@code content} cannot be read
     */
    void write(ObjectKey key, long sizeBytes, InputStream content) throws StorageProblemException, IOException;
}
