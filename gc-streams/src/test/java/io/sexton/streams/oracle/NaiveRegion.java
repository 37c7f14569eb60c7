package io.sexton.streams.oracle;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All that is known of one region. */
final class NaiveRegion {

    /** As the keys in the stores are ordered: by the bytes of UTF-8, unsigned. */
    static final Comparator<String> BY_UTF8 =
            (a, b) -> Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

    final String id;

    /** Some valid event of it was seen, other than a fence. */
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

    boolean snapshotWanted;
    long snapshotRequestedAt;

    final TreeMap<String, NaiveFile> files = new TreeMap<>(BY_UTF8);
    final Map<String, RunningCompaction> compactions = new TreeMap<>();
    final Map<String, Pin> pins = new TreeMap<>();
    final Map<String, Reference> references = new HashMap<>();

    /** Hold id to path prefix. */
    final Map<String, String> holds = new HashMap<>();

    final Guard guard = new Guard();

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

    long trackedFiles() {
        return files.values().stream().filter(NaiveFile::tracked).count();
    }

    /** The file as it is known; one that is UNKNOWN joins {@link #files} when its state changes. */
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
        final Set<String> named = new HashSet<>();

        RunningInventory(String id, long chunk0) {
            this.id = id;
            this.chunk0 = chunk0;
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

        /** Pinned by version; else by files. */
        final @Nullable Long version;

        final Set<String> files;

        /** The region's when the pin was created or changed. */
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

    /** "within one hour of GC clock (tumbling)" */
    static final class Guard {
        @Nullable
        Long hour;

        long tracked;
        long condemned;
        boolean latched;

        /** What approvals still let through, oldest first. */
        final List<Allowance> allowances = new ArrayList<>();

        /** "An approval id counts once (remembered for 30 days)." */
        final Map<String, Long> approvals = new HashMap<>();
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
