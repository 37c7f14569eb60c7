package io.sexton.simulation.storage;

import io.sexton.simulation.kernel.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What really lies in storage, region root by region root. Changes at once and never fails; answers may differ. */
public final class ObjectStore {
    private final Scheduler scheduler;
    private final Duration clockError;
    private final Map<String, SortedMap<String, StoredObject>> roots = new HashMap<>();
    private final Map<String, Instant> removed = new HashMap<>();
    private long generations;
    private boolean reachable = true;

    /** @param clockError how far the store's clock is ahead of true time */
    public ObjectStore(Scheduler scheduler, Duration clockError) {
        this.scheduler = scheduler;
        this.clockError = clockError;
    }

    /** Writes an object, in place of any other under that path. */
    public StoredObject write(String root, String path, long sizeBytes) {
        Instant now = scheduler.now();
        StoredObject object = new StoredObject(
                path, ++generations, sizeBytes, now.plus(clockError).truncatedTo(ChronoUnit.MILLIS), now);
        objects(root).put(path, object);
        return object;
    }

    /** Removes what lies there; returns what that was, or null. */
    public @Nullable StoredObject remove(String root, String path) {
        removed.put(root + "/" + path, scheduler.now());
        return objects(root).remove(path);
    }

    public Optional<StoredObject> find(String root, String path) {
        return Optional.ofNullable(objects(root).get(path));
    }

    /** All objects under a root, in the order of their paths. */
    public SortedMap<String, StoredObject> list(String root) {
        return new TreeMap<>(objects(root));
    }

    /** When the path last stopped to exist. */
    public Optional<Instant> removedAt(String root, String path) {
        return Optional.ofNullable(removed.get(root + "/" + path));
    }

    /** Whether anybody gets an answer. */
    public boolean isReachable() {
        return reachable;
    }

    public void setReachable(boolean can) {
        reachable = can;
    }

    private SortedMap<String, StoredObject> objects(String root) {
        return roots.computeIfAbsent(root, unseen -> new TreeMap<>());
    }
}
