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
 * The small port to storage: another kind of storage is one class, which has to pass the tests of
 * {@code TrashContract}. Regions, roots, trash and archive are made of it by {@link FileStore}.
 *
 * <p>The contract of every implementation:
 * <ul>
 * <li>A key leads to one plain object of this store and nowhere else: an object behind a link, or a directory, is
 * refused (I1).
 * <li>Absence is the storage's result for that very key. A time-out, a denial, a missing bucket or an unmounted volume
 * is never absence (I5).
 * <li>No exception reports the failure of one object among many: each has its own result, so that those of the others
 * are kept.
 * <li>A change is made only while the guard permits it, retries included (I4).
 * </ul>
 *
 * <p>Implementations are safe for use by many threads; calls block.
 */
public interface ObjectStore {

    /** Returns the metadata of one object. */
    Lookup stat(ObjectKey key);

    /**
     * Returns the metadata of many objects, with fewer requests if the storage has requests for several.
     *
     * @param guard checked before each request; once it refuses, the remaining objects are unknown
     * @return one answer for each of {@code keys}, in their order
     */
    default List<Lookup> statMany(List<ObjectKey> keys, CallGuard guard) {
        List<Lookup> lookups = new ArrayList<>(keys.size());
        for (ObjectKey key : keys) {
            Optional<String> stop = guard.whyStop();
            lookups.add(stop.isPresent() ? new Lookup.Unknown("not checked: " + stop.get()) : stat(key));
        }
        return lookups;
    }

    /** Returns how much of a storage call's time has to be left, so that some objects can still be deleted in it. */
    default Duration timeToDelete() {
        return Duration.ofMillis(500);
    }

    /**
     * Deletes those objects that are still the condemned ones.
     *
     * @param guard checked before each operation that deletes; once it refuses, the remaining objects are retryable
     * @return one result for each of {@code objects}, in their order: DELETED, ALREADY_ABSENT, CHANGED, REFUSED or
     *     FAILED_RETRYABLE
     */
    List<FileResult> deleteMany(List<ObjectDeletion> objects, CallGuard guard);

    /**
     * Gives an object another key within the store. Repeated after a crash it ends as if there had been no crash.
     *
     * @param guard checked before each operation that changes something
     */
    Moved move(ObjectMove move, CallGuard guard);

    /**
     * Lists the entries of a directory, each object once; an absent directory is empty. Objects written or deleted
     * meanwhile may be in it or not. An entry that is no plain object is left out; one with a name that is no key is
     * counted ({@link ListingPage#unrepresentable}). A name is exactly that of the object, or it is no key: never
     * another one.
     *
     * @param guard checked before each page
     * @throws StorageProblemException if the listing is not complete, for any reason
     * @throws InterruptedException if the sink was interrupted
     */
    void list(ObjectKey directory, ListingSink sink, CallGuard guard)
            throws StorageProblemException, InterruptedException;

    /**
     * Removes a directory, and those in it, as far as they are empty; where directories are only parts of keys, there
     * is nothing to remove. Best effort: a remaining directory costs a listing and no more.
     */
    void prune(ObjectKey directory);

    /**
     * Removes a directory if it is empty, by an operation that fails otherwise. Where directories are only parts of
     * keys there is nothing to remove.
     *
     * @return true if no such directory exists now
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
     * Creates a small object, completely and durably, unless the key exists: of many who try at once, one creates it,
     * and it is never replaced (I1).
     *
     * @return true if this call created it; false, too, if an earlier one did whose response was lost
     * @throws StorageProblemException if it is not known whether the object exists
     */
    boolean create(ObjectKey key, byte[] content, CallGuard guard) throws StorageProblemException;

    /**
     * Opens an object to be read from its beginning.
     *
     * @throws StorageProblemException if it cannot be
     */
    InputStream read(ObjectKey key) throws StorageProblemException;

    /**
     * Writes an object, completely or not at all, and durably: once this returns, it survives a power failure. An
     * object of that key is replaced.
     *
     * @param sizeBytes number of bytes of {@code content}; another number is a failure
     * @param content closed by the caller
     * @throws StorageProblemException if the storage did not accept it
     * @throws IOException if {@code content} cannot be read
     */
    void write(ObjectKey key, long sizeBytes, InputStream content) throws StorageProblemException, IOException;
}
