package io.sexton.simulation.database;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The true state of a region: its manifest as the database keeps it in reliable storage, committed by its current
 * leader. Sexton never reads it; the invariants read nothing else.
 */
public final class GroundTruth {
    private final TreeSet<String> manifest = new TreeSet<>();
    private final TreeMap<Long, SortedSet<String>> versions = new TreeMap<>();
    private final Map<String, Instant> notLiveSince = new HashMap<>();
    private final Map<String, Set<String>> references = new TreeMap<>();
    private final Map<String, Instant> announced = new HashMap<>();
    private final Map<String, Instant> dataUntil = new HashMap<>();
    private final Map<String, Instant> breaches = new HashMap<>();
    private final Set<String> lost = new HashSet<>();
    private final Set<String> misread = new HashSet<>();
    private final List<Instant> elections = new ArrayList<>();
    private final Map<String, Instant> replaced = new HashMap<>();
    private long version;
    private boolean dropped;
    private Optional<Instant> droppedAt = Optional.empty();

    GroundTruth() {
        versions.put(0L, manifest());
    }

    /** Returns true if the manifest names the path, and the region is not dropped. */
    public boolean isLive(String path) {
        return !dropped && manifest.contains(path);
    }

    /** Returns the live paths. */
    public SortedSet<String> live() {
        return dropped ? Collections.emptySortedSet() : manifest();
    }

    /** Returns the paths of the manifest, also of a dropped region. */
    public SortedSet<String> manifest() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(manifest));
    }

    public long version() {
        return version;
    }

    public long epoch() {
        return elections.size();
    }

    public boolean isDropped() {
        return dropped;
    }

    /** Returns the time at which it was dropped, if it is. */
    public Optional<Instant> droppedAt() {
        return droppedAt;
    }

    /** Returns the files of a version; empty if that version never existed. */
    public Optional<SortedSet<String>> filesOf(long ofVersion) {
        return Optional.ofNullable(versions.get(ofVersion));
    }

    /** Returns every version that was ever committed. */
    public Set<Long> versions() {
        return versions.keySet();
    }

    /** Returns the time at which the path was last live; empty if it never was, or is live now. */
    public Optional<Instant> notLiveSince(String path) {
        return isLive(path) ? Optional.empty() : Optional.ofNullable(notLiveSince.get(path));
    }

    /** Returns the time of the last announcement that the file is about to be written. */
    public Optional<Instant> announced(String path) {
        return Optional.ofNullable(announced.get(path));
    }

    /** Returns the time up to which a file has data, in a region without a manifest. */
    public Optional<Instant> dataUntil(String path) {
        return Optional.ofNullable(dataUntil.get(path));
    }

    /**
     * Returns the time at which the leader that wrote a file was replaced; empty if it still led. All that it had begun
     * ended then.
     */
    public Optional<Instant> writtenByLeaderReplacedAt(String path) {
        return Optional.ofNullable(replaced.get(path));
    }

    /** Paths that other regions rely on. */
    public Set<String> referenced() {
        Set<String> all = new HashSet<>();
        references.values().forEach(all::addAll);
        return all;
    }

    /** Returns files that storage lost while the manifest named them. */
    public Set<String> lost() {
        return Collections.unmodifiableSet(lost);
    }

    void lose(String path) {
        lost.add(path);
    }

    /** Returns the time at which the path was last overwritten without an event; empty if it never was. */
    public Optional<Instant> outsideTheContractSince(String path) {
        return Optional.ofNullable(breaches.get(path));
    }

    /** Returns the version whose edit removed the path last; empty if no version did. */
    public Optional<Long> removedIn(String path) {
        Optional<Long> last = Optional.empty();
        boolean named = false;
        for (Map.Entry<Long, SortedSet<String>> each : versions.entrySet()) {
            boolean names = each.getValue().contains(path);
            if (named && !names) {
                last = Optional.of(each.getKey());
            }
            named = names;
        }
        return named ? Optional.empty() : last;
    }

    /**
     * Returns true if a snapshot did not name the path while it was live: Sexton has a removal of it that never
     * happened.
     */
    public boolean isMisread(String path) {
        return misread.contains(path);
    }

    void misread(Collection<String> paths) {
        misread.addAll(paths);
    }

    void breakContract(String path, Instant now) {
        breaches.put(path, now);
    }

    long elect(Instant now) {
        elections.add(now);
        return epoch();
    }

    /** Records that a leader has written a file. */
    void wrote(String path, long leader) {
        lost.remove(path);
        misread.remove(path);
        if (leader == epoch()) {
            replaced.remove(path);
        } else {
            replaced.put(path, elections.get(Math.toIntExact(leader)));
        }
    }

    void announce(String path, Instant now) {
        announced.put(path, now);
    }

    void keep(String path, Instant until) {
        dataUntil.put(path, until);
    }

    /** Commits an edit atomically. Fails, and changes nothing, for a leader that was replaced. */
    boolean commit(long leader, Collection<String> added, Collection<String> removed, Instant now) {
        if (leader != epoch() || dropped || !manifest.containsAll(removed)) {
            return false;
        }
        removed.forEach(path -> notLiveSince.put(path, now));
        manifest.removeAll(removed);
        manifest.addAll(added);
        versions.put(++version, manifest());
        return true;
    }

    boolean drop(long leader, Instant now) {
        if (leader != epoch() || dropped) {
            return false;
        }
        dropped = true;
        droppedAt = Optional.of(now);
        manifest.forEach(path -> notLiveSince.put(path, now));
        return true;
    }

    void restore() {
        dropped = false;
        droppedAt = Optional.empty();
    }

    /** Begins a new life of the region's name, without a file. */
    void beginAnew(Instant now) {
        dropped = false;
        droppedAt = Optional.empty();
        manifest.forEach(path -> notLiveSince.put(path, now));
        manifest.clear();
        versions.put(++version, manifest());
    }

    void reference(String referrer, Set<String> paths) {
        references.put(referrer, Set.copyOf(paths));
    }

    void dereference(String referrer) {
        references.remove(referrer);
    }
}
