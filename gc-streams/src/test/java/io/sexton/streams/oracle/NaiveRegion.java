package io.sexton.streams.oracle;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The state of one region. */
final class NaiveRegion {

    /** The order of the keys in the stores: by the bytes of UTF-8, unsigned. */
    static final Comparator<String> BY_UTF8 =
            (a, b) -> Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

    final String id;

    /** Set once a valid event of the region was applied, other than a fence. */
    boolean known;

    long epoch;

    @Nullable
    String store;

    @Nullable
    String root;

    boolean retentionOnly;

    /** "after it nothing of the region is condemned until a RegionOpened of that or a higher epoch is accepted" */
    @Nullable
    Long movedAtEpoch;

    @Nullable
    Long version;

    /** "`version` 0 in an edit: […] from then on pins by version are rejected" */
    boolean unversioned;

    /** The highest open gap. */
    @Nullable
    Stamp gap;

    long horizon;

    /** "where an edit or snapshot was ever applied" */
    boolean manifestApplied;

    /** Chunk 0 of the last current snapshot. */
    @Nullable
    Long confirmation;

    @Nullable
    Long lastCompletion;

    @Nullable
    Drop drop;

    @Nullable
    RunningSnapshot snapshot;

    @Nullable
    RunningInventory inventory;

    /** Offset at which a gap opened last, open or closed by now. */
    @Nullable
    Long lastGapAt;

    /** The last new life, if there was one. */
    @Nullable
    NewLife newLife;

    /** The last inventory, if it is not sound and the next one has not begun. */
    @Nullable
    CompleteInventory doubted;

    boolean snapshotWanted;
    long snapshotRequestedAt;

    /** Set while a due file lacks a sound inventory. */
    boolean scanWanted;

    long scanRequestedAt;

    /** Number of ScanCommands since then. */
    int scans;

    final TreeMap<String, NaiveFile> files = new TreeMap<>(BY_UTF8);
    final Map<String, RunningCompaction> compactions = new TreeMap<>();
    final Map<String, Pin> pins = new TreeMap<>();
    final Map<String, Reference> references = new HashMap<>();

    final Map<String, Hold> holds = new HashMap<>();

    final Guard guard = new Guard();

    /** The latch by snapshots that were empty, truncated or foreign. */
    @Nullable
    SnapshotLatch snapshotLatch;

    NaiveRegion(String id) {
        this.id = id;
    }

    boolean opened() {
        return store != null;
    }

    boolean incomplete() {
        return gap != null;
    }

    boolean dropped() {
        return drop != null;
    }

    boolean gone() {
        Drop mark = drop;
        return mark != null && mark.gone;
    }

    boolean latched() {
        return guard.latchedAt != null || snapshotLatch != null;
    }

    /** "counted = LIVE or OBSOLETE: neither listings nor announcements loosen the guard" */
    long countedFiles() {
        return files.values().stream()
                .filter(file -> file.is(NaiveFile.State.LIVE, NaiveFile.State.OBSOLETE))
                .count();
    }

    long trackedFiles() {
        return files.values().stream().filter(NaiveFile::tracked).count();
    }

    /** Returns the file. An UNKNOWN one is added to {@link #files} when its state changes. */
    NaiveFile file(String path) {
        NaiveFile file = files.get(path);
        return file == null ? new NaiveFile(path) : file;
    }

    static final class Drop {
        final long at;
        long due;
        boolean gone;

        Drop(long at, long due) {
            this.at = at;
            this.due = due;
        }
    }

    static final class RunningSnapshot {
        final String id;
        final long chunk0;

        /** The region's version when chunk 0 came. */
        final @Nullable Long versionAtChunk0;

        int lastChunk;
        long version;
        final Set<String> named = new HashSet<>();

        /** "known before chunk 0 otherwise than from inventories" */
        final Set<String> knownBefore = new HashSet<>();

        RunningSnapshot(String id, long chunk0, @Nullable Long versionAtChunk0) {
            this.id = id;
            this.chunk0 = chunk0;
            this.versionAtChunk0 = versionAtChunk0;
        }
    }

    static final class RunningInventory {
        final String id;
        final long chunk0;
        int lastChunk;

        /** Path to the offset of the last chunk that named it. */
        final Map<String, Long> named = new TreeMap<>();

        /** It names a file "that was LIVE from before its chunk 0 until it was named". */
        boolean namedALiveFile;

        RunningInventory(String id, long chunk0) {
            this.id = id;
            this.chunk0 = chunk0;
        }
    }

    /**
     * A complete inventory.
     *
     * @param named paths with the offset of the chunk that named them
     */
    record CompleteInventory(String id, long chunk0, Map<String, Long> named) {}

    /**
     * A new life of the region.
     *
     * @param oldEpoch the region's epoch before it
     * @param removed "the old version + 1"
     */
    record NewLife(long offset, long oldEpoch, long removed) {}

    /** The latch by snapshots, from the offset that completed the first to that of the last. */
    record SnapshotLatch(long first, long last) {}

    static final class Hold {
        final String prefix;

        /** "until released, or until `expires_after` has passed" */
        final @Nullable Long expiresAfter;

        /** The clock of the first agreeing tick after it was begun or renewed. */
        @Nullable
        Long countedFrom;

        Hold(String prefix, @Nullable Long expiresAfter) {
            this.prefix = prefix;
            this.expiresAfter = expiresAfter;
        }
    }

    static final class RunningCompaction {
        final String id;
        long epoch;
        long timeout;

        /** The clock of the first agreeing tick after it was started (again). */
        @Nullable
        Long countedFrom;

        RunningCompaction(String id) {
            this.id = id;
        }
    }

    static final class Pin {
        final String reader;

        /** The pinned version; null for a pin by files. */
        final @Nullable Long version;

        final Set<String> files;

        /** The region's epoch when the pin was created or changed. */
        final long epoch;

        boolean forCommit;

        @Nullable
        String tempManifest;

        long ttl;

        /** The clock of the first agreeing tick after it was begun or renewed. */
        @Nullable
        Long countedFrom;

        Pin(String reader, @Nullable Long version, Set<String> files, long epoch) {
            this.reader = reader;
            this.version = version;
            this.files = files;
            this.epoch = epoch;
        }
    }

    static final class Reference {
        long epoch;
        final Set<String> paths = new HashSet<>();
    }

    /** "within one hour of GC clock (it begins with the first file; the next hour with the first one after it)" */
    static final class Guard {
        /** The clock when the present hour began. */
        @Nullable
        Long hour;

        /** "counted = LIVE or OBSOLETE" */
        long counted;

        long condemned;

        /** Offset of the tick that latched the region. */
        @Nullable
        Long latchedAt;

        /** The unused allowances of approvals. */
        final List<Allowance> allowances = new ArrayList<>();

        /** "An approval id counts once (remembered for 30 days)." */
        final Map<String, Long> approvals = new HashMap<>();

        /** Returns the allowance that ends first; any one of several. */
        Allowance endsFirst() {
            return Collections.min(allowances, Comparator.comparingLong(allowance -> allowance.until));
        }
    }

    static final class Allowance {
        final long until;
        long left;

        Allowance(long until, long left) {
            this.until = until;
            this.left = left;
        }
    }
}
