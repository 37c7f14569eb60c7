package io.sexton.simulation.storage;

import io.sexton.deleter.storage.ObjectKey;
import io.sexton.simulation.kernel.Scheduler;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The true contents of a store. Changes take effect at once and never fail; responses may differ ({@link
 * SimulatedStore}).
 */
public final class Contents {
    private final Scheduler scheduler;
    private final Duration clockError;
    /** Objects by the first two segments of their keys, the roots of regions. */
    private final Map<String, TreeMap<String, StoredObject>> roots = new HashMap<>();

    private long writes;
    private boolean reachable = true;

    /** @param clockError how far the store's clock is ahead of true time */
    public Contents(Scheduler scheduler, Duration clockError) {
        this.scheduler = scheduler;
        this.clockError = clockError;
    }

    /** Writes what was never written before, of that size or a little more, in place of anything under that path. */
    public StoredObject write(String root, String path, int sizeBytes) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.max(sizeBytes, Long.BYTES)).putLong(++writes);
        return put(root, path, "e" + writes, bytes.array(), now());
    }

    /** Writes these bytes. */
    StoredObject write(ObjectKey key, byte[] bytes) {
        return put(rootOf(key), pathOf(key), "e" + ++writes, bytes, now());
    }

    /** Renames as a file system does: the same file, with the same time. */
    void rename(ObjectKey from, ObjectKey to) {
        StoredObject object = remove(from);
        put(rootOf(to), pathOf(to), object.etag(), object.bytes(), object.modifiedAt());
    }

    /** Copies as an object store does: another object, written now, with the same etag. */
    void copy(StoredObject object, ObjectKey to) {
        put(rootOf(to), pathOf(to), object.etag(), object.bytes(), now());
    }

    /** Removes what lies there. */
    StoredObject remove(ObjectKey key) {
        return remove(rootOf(key), pathOf(key)).orElseThrow();
    }

    /** Removes what lies there, if anything does. */
    public Optional<StoredObject> remove(String root, String path) {
        return Optional.ofNullable(objects(root).remove(path));
    }

    public Optional<StoredObject> find(String root, String path) {
        return Optional.ofNullable(objects(root).get(path));
    }

    Optional<StoredObject> find(ObjectKey key) {
        return find(rootOf(key), pathOf(key));
    }

    /** Returns all objects under a region's root, in the order of their paths. */
    public SortedMap<String, StoredObject> list(String root) {
        return new TreeMap<>(objects(root));
    }

    /** Returns all objects, by key. */
    public SortedMap<String, StoredObject> all() {
        SortedMap<String, StoredObject> all = new TreeMap<>();
        roots.forEach((root, objects) -> objects.forEach((path, object) -> all.put(keyOf(root, path), object)));
        return all;
    }

    /** Returns names directly in a directory, in order, after a name; those of directories end with a slash. */
    List<String> names(ObjectKey directory, @Nullable String beyond, int atMost) {
        String prefix = directory.value().isEmpty() ? "" : directory.value() + "/";
        TreeSet<String> names = new TreeSet<>();
        for (String key : all().keySet()) {
            if (key.startsWith(prefix)) {
                int slash = key.indexOf('/', prefix.length());
                names.add(key.substring(prefix.length(), slash < 0 ? key.length() : slash + 1));
            }
        }
        List<String> page = new ArrayList<>(beyond == null ? names : names.tailSet(beyond, false));
        return page.subList(0, Math.min(atMost, page.size()));
    }

    /** Returns true if the store responds. */
    public boolean isReachable() {
        return reachable;
    }

    public void setReachable(boolean can) {
        reachable = can;
    }

    private StoredObject put(String root, String path, String etag, byte[] bytes, Instant modifiedAt) {
        StoredObject object = new StoredObject(path, etag, bytes, modifiedAt, scheduler.now());
        roots.computeIfAbsent(root, unseen -> new TreeMap<>()).put(path, object);
        return object;
    }

    private Map<String, StoredObject> objects(String root) {
        TreeMap<String, StoredObject> objects = roots.get(root);
        return objects == null ? Collections.emptyMap() : objects;
    }

    private Instant now() {
        return scheduler.now().plus(clockError).truncatedTo(ChronoUnit.MILLIS);
    }

    /** Returns the first two segments of a key, or as many as precede its last. */
    public static String rootOf(ObjectKey key) {
        int second = key.value().indexOf('/', key.value().indexOf('/') + 1);
        return second < 0 ? "" : key.value().substring(0, second);
    }

    /** Returns the part of a key after its root. */
    public static String pathOf(ObjectKey key) {
        String root = rootOf(key);
        return root.isEmpty() ? key.value() : key.value().substring(root.length() + 1);
    }

    private static String keyOf(String root, String path) {
        return root.isEmpty() ? path : root + "/" + path;
    }
}
