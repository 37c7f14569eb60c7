package io.sexton.demo.proof;

import io.sexton.demo.FileTree;
import io.sexton.demo.proof.Condemnations.Name;
import io.sexton.proto.FilePath;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * An observer of the store from outside, which lists it many times a second and records created and deleted files,
 * independently of Sexton and the databases.
 *
 * <p>Safe for use by any thread.
 */
public final class StoreObserver implements AutoCloseable {

    private static final Duration EVERY = Duration.ofMillis(40);

    private final Map<String, Path> roots;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread made = new Thread(work, "store observer");
        made.setDaemon(true);
        return made;
    });
    private final Map<Name, Long> present = new HashMap<>();
    private final List<Deletion> deletions = new ArrayList<>();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private Instant lastLook = Instant.EPOCH;
    private long written;
    private long writtenBytes;
    private long deletedBytes;

    /**
     * The observations so far.
     *
     * @param written files that were ever created
     * @param deleted files that were deleted
     * @param present files that exist now
     */
    public record Counts(long written, long writtenBytes, long deleted, long deletedBytes, long present) {
        /** Returns the bytes of the files that exist now. */
        public long presentBytes() {
            return writtenBytes - deletedBytes;
        }
    }

    private StoreObserver(Map<String, Path> roots) {
        this.roots = Map.copyOf(roots);
    }

    /**
     * Begins to watch.
     *
     * @param roots each region's directory in the store
     */
    public static StoreObserver start(Map<String, Path> roots) {
        StoreObserver observer = new StoreObserver(roots);
        Future<?> unused = observer.thread.scheduleWithFixedDelay(
                observer::listAndKeepFailure, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
        return observer;
    }

    /** Returns all deletions, in the order in which they were observed. */
    synchronized List<Deletion> deletions() {
        return List.copyOf(deletions);
    }

    /** Returns the counts of all regions. */
    public synchronized Counts counts() {
        return new Counts(written, writtenBytes, deletions.size(), deletedBytes, present.size());
    }

    /**
     * Lists the store now.
     *
     * @throws IllegalStateException if a listing, this one or an earlier one, failed: then the observation is
     *     incomplete
     */
    public void observe() throws IOException {
        Exception failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException("the store could not be watched: " + failed, failed);
        }
        list();
    }

    private void listAndKeepFailure() {
        try {
            list();
        } catch (IOException | RuntimeException e) {
            failure.compareAndSet(null, e);
        }
    }

    private synchronized void list() throws IOException {
        // The time before the listing: a file that this finds was there at that time or came later, and still was.
        Instant before = Instant.now();
        Map<Name, Long> found = new HashMap<>();
        for (Map.Entry<String, Path> root : roots.entrySet()) {
            FileTree.files(root.getValue()).forEach((file, bytes) -> {
                FilePath path = FilePath.of(root.getValue().relativize(file).toString());
                found.put(new Name(root.getKey(), path), bytes);
            });
        }
        Instant after = Instant.now();
        present.forEach((name, bytes) -> {
            if (!found.containsKey(name)) {
                deletions.add(new Deletion(name, bytes, lastLook, after));
                deletedBytes += bytes;
            }
        });
        found.forEach((name, bytes) -> {
            Long known = present.get(name);
            written += known == null ? 1 : 0;
            writtenBytes += bytes - (known == null ? 0 : known);
        });
        present.clear();
        present.putAll(found);
        lastLook = before;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
