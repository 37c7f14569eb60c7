package io.sexton.streams.core;

import com.google.protobuf.ByteString;
import io.sexton.fold.core.Key;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.core.row.FileRow;
import io.sexton.streams.core.row.FileRowOrBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The rows of the files, and with each change of a row all that must change beside it: its place in the schedule, the
 * indexes of temporary and of expiring files, the region's count. A file has at most one place: in the schedule, parked
 * under one blocker, or in the index of expiring files. Not thread safe.
 */
final class Files {
    static final Duration GONE_IS_REMEMBERED = Duration.ofHours(24);
    private static final int PAGE = 512;

    private final Table<FileRow> rows;
    private final KeySet temporaries;
    private final KeySet stuck;
    private final KeySet expiring;
    private final KeySet retentionRegions;
    private final Schedule schedule;
    private final Policies policies;

    Files(Stores stores, Schedule schedule, Policies policies) {
        rows = new Table<>(stores.files(), 1, FileRow.parser());
        temporaries = new KeySet(stores.regions(), Tags.TEMPORARIES);
        stuck = new KeySet(stores.regions(), Tags.STUCK);
        expiring = new KeySet(stores.schedule(), Tags.EXPIRING);
        retentionRegions = new KeySet(stores.regions(), Tags.RETENTION_REGIONS);
        this.schedule = schedule;
        this.policies = policies;
    }

    @Nullable
    FileRow get(RegionId region, FilePath path) {
        return rows.get(key(region, path));
    }

    FileState stateOf(RegionId region, FilePath path) {
        return FileState.of(get(region, path));
    }

    /** A file on its way through a scan. */
    record Found(FilePath path, FileRow row) {}

    /** The region's next files above a path, in order of their paths. */
    List<Found> above(RegionId region, @Nullable FilePath path, int limit) {
        byte[] prefix = prefix(region);
        byte[] from = path == null ? prefix : Key.next(key(region, path));
        return rows.page(from, Key.after(prefix), limit).stream()
                .map(stored -> new Found(pathOf(stored.key()), stored.row()))
                .toList();
    }

    /** Visits every file of every region, in order. Reads all. */
    void forEach(BiConsumer<RegionId, Found> visitor) {
        rows.forEach(rows.key().build(), stored -> {
            Key.Reader parts = stored.parts();
            RegionId region = RegionId.of(parts.text());
            visitor.accept(region, new Found(FilePath.of(parts.tail()), stored.row()));
        });
    }

    /** Visits every file of a region; the visitor may change the file that it is given. */
    void forEach(RegionId region, BiConsumer<FilePath, FileRow> visitor) {
        List<Found> page = above(region, null, PAGE);
        while (!page.isEmpty()) {
            page.forEach(found -> visitor.accept(found.path, found.row));
            page = above(region, page.get(page.size() - 1).path, PAGE);
        }
    }

    /** Visits the temporary files of a compaction; the visitor may change them. */
    void forEachTemporary(RegionId region, String compactionId, Consumer<FilePath> visitor) {
        byte[] prefix =
                temporaries.key().text(region.value()).text(compactionId).build();
        temporaries.forEach(prefix, key -> {
            Key.Reader parts = new Key.Reader(key);
            parts.text();
            parts.text();
            visitor.accept(FilePath.of(parts.tail()));
        });
    }

    /**
     * Replaces a file's row by one in which its state, or what its place depends on, has changed.
     *
     * @param old the stored row, {@code null} for a file without one
     * @param due when the schedule is to look at it; {@code null}: never, or when its retention ends
     */
    void replace(Region region, FilePath path, @Nullable FileRow old, FileRow.Builder next, @Nullable Instant due) {
        if (old != null) {
            unindex(region, path, old);
            vacate(region, path, old);
        }
        next.clearParkedUnder().clearDueMs();
        FileState state = FileState.ofCode(next.getState());
        count(region, FileState.of(old), state);
        index(region, path, next);
        if (due != null) {
            next.setDueMs(due.toEpochMilli());
            schedule.add(new Schedule.Entry(due, region.id(), path));
        }
        if (state == FileState.GONE) {
            schedule.add(
                    Instant.ofEpochMilli(next.getSinceMs()).plus(GONE_IS_REMEMBERED),
                    new Timer.ForgetFile(region.id(), path));
        }
        rows.put(key(region.id(), path), next.build());
        if (expiresByRetention(region, next)) {
            expiring.add(expiringKey(region.id(), path, next.getBaseMs()));
            refreshRetention(region);
        }
        if (state == FileState.GONE) {
            wake(region, new Blocker.ByCompanion(region.id(), path));
        }
    }

    /** Changes what neither the state nor the schedule depends on. */
    void amend(RegionId region, FilePath path, FileRow row) {
        rows.put(key(region, path), row);
    }

    /** Moves a due file out of the way of the schedule until its blocker goes. */
    void park(Region region, FilePath path, FileRow old, FileRow.Builder next, Instant due, Blocker blocker) {
        vacate(region, path, old);
        schedule.park(blocker, new Schedule.Entry(due, region.id(), path));
        countParked(region, Blocker.kindOf(blocker.key()), 1);
        next.setDueMs(due.toEpochMilli()).setParkedUnder(ByteString.copyFrom(blocker.key()));
        rows.put(key(region.id(), path), next.build());
    }

    /** Puts a file back to a later time. */
    void postpone(Region region, FilePath path, FileRow row, @Nullable Instant due) {
        FileRow.Builder next = row.toBuilder().clearCandidateOffset();
        if (due != null) {
            next.setLingerDueMs(due.toEpochMilli());
        }
        replace(region, path, row, next, due);
    }

    /** Returns to the schedule, each at its old place, all that is parked under the blocker. */
    void wake(Region region, Blocker blocker) {
        schedule.forEachParked(blocker, parked -> wake(region, parked));
    }

    void wake(Region region, Schedule.Parked parked) {
        FilePath path = Objects.requireNonNull(parked.entry().path(), "only files are parked");
        FileRow row = Objects.requireNonNull(get(region.id(), path), "a parked file has a row");
        schedule.unpark(parked.blockerKey(), parked.entry());
        countParked(region, Blocker.kindOf(parked.blockerKey()), -1);
        FileRow.Builder woken = row.toBuilder().clearParkedUnder();
        if (row.getState() == FileState.LIVE.code() && !region.isGone()) {
            // It expires: its time is that of the policy in force now.
            rows.put(key(region.id(), path), woken.clearDueMs().build());
            expiring.add(expiringKey(region.id(), path, row.getBaseMs()));
            refreshRetention(region);
        } else {
            rows.put(key(region.id(), path), woken.build());
            schedule.add(parked.entry());
        }
    }

    /** Returns to the schedule whatever of the region is parked. Reads all its files. */
    void wakeAll(Region region) {
        forEach(region.id(), (path, row) -> {
            if (!row.getParkedUnder().isEmpty()) {
                wake(region, new Schedule.Parked(row.getParkedUnder().toByteArray(), entry(region, path, row)));
            }
        });
    }

    /** Visits the stuck files under a prefix of their paths; the visitor may change them. */
    void forEachStuck(RegionId region, String pathPrefix, Consumer<FilePath> visitor) {
        stuck.forEach(stuck.key().text(region.value()).tail(pathPrefix).build(), key -> {
            Key.Reader parts = new Key.Reader(key);
            parts.text();
            visitor.accept(FilePath.of(parts.tail()));
        });
    }

    /** Forgets a file that is GONE for long enough; one that has been seen again stays. */
    void forget(RegionId region, FilePath path, Instant clock) {
        FileRow row = get(region, path);
        if (row != null
                && FileState.of(row) == FileState.GONE
                && !Instant.ofEpochMilli(row.getSinceMs())
                        .plus(GONE_IS_REMEMBERED)
                        .isAfter(clock)) {
            rows.delete(key(region, path));
        }
    }

    /** The expiring file that comes first in a retention-only region. */
    @Nullable
    FilePath firstExpiring(RegionId region) {
        byte[] prefix = expiring.key().text(region.value()).build();
        byte[] first = expiring.firstOf(prefix, Key.after(prefix));
        if (first == null) {
            return null;
        }
        Key.Reader parts = new Key.Reader(first);
        parts.text();
        parts.number();
        return FilePath.of(parts.tail());
    }

    /** Puts the region's one entry for all its expiring files where the first of them is due under today's policy. */
    void refreshRetention(Region region) {
        if (region.row().hasRetentionDueMs()) {
            Instant stale = Instant.ofEpochMilli(region.row().getRetentionDueMs());
            schedule.remove(new Schedule.Entry(stale, region.id(), null));
            region.row().clearRetentionDueMs();
        }
        Duration retention = policies.of(region.id()).retention();
        FilePath first = retention == null || region.isGone() ? null : firstExpiring(region.id());
        if (retention != null && first != null) {
            FileRow row = Objects.requireNonNull(get(region.id(), first), "an expiring file has a row");
            Instant due = Instant.ofEpochMilli(row.getBaseMs()).plus(retention);
            region.row().setRetentionDueMs(due.toEpochMilli());
            schedule.add(new Schedule.Entry(due, region.id(), null));
        }
    }

    void noteRetentionRegion(RegionId region) {
        retentionRegions.add(retentionRegions.key().text(region.value()).build());
    }

    /** The regions whose earliest expiry depends on the policy in force. */
    void forEachRetentionRegion(Consumer<RegionId> visitor) {
        retentionRegions.forEach(
                retentionRegions.key().build(), key -> visitor.accept(RegionId.of(new Key.Reader(key).text())));
    }

    private void index(Region region, FilePath path, FileRowOrBuilder row) {
        if (row.getState() == FileState.TEMP.code()) {
            temporaries.add(temporaryKey(region.id(), path, row));
        }
        if (row.getCondemnation().getStuck()) {
            stuck.add(stuckKey(region.id(), path));
        }
    }

    private void unindex(Region region, FilePath path, FileRow row) {
        if (FileState.of(row) == FileState.TEMP) {
            temporaries.remove(temporaryKey(region.id(), path, row));
        }
        if (row.getCondemnation().getStuck()) {
            stuck.remove(stuckKey(region.id(), path));
        }
    }

    /** Takes a file out of its one place: the schedule, its blocker's lot, or the index of expiring files. */
    private void vacate(Region region, FilePath path, FileRow old) {
        if (!old.getParkedUnder().isEmpty()) {
            byte[] blockerKey = old.getParkedUnder().toByteArray();
            schedule.unpark(blockerKey, entry(region, path, old));
            countParked(region, Blocker.kindOf(blockerKey), -1);
        } else if (old.hasDueMs()) {
            schedule.remove(entry(region, path, old));
        }
        if (expiresByRetention(region, old)) {
            expiring.remove(expiringKey(region.id(), path, old.getBaseMs()));
            refreshRetention(region);
        }
    }

    /** Whether its place is the index of expiring files: an entry of its own it has only when something blocked it. */
    private static boolean expiresByRetention(Region region, FileRowOrBuilder row) {
        return row.getState() == FileState.LIVE.code()
                && region.row().getRetentionOnly()
                && row.hasBaseMs()
                && !row.hasDueMs();
    }

    private static void count(Region region, FileState from, FileState to) {
        if (from.isTracked() != to.isTracked()) {
            region.row().setTrackedFiles(region.row().getTrackedFiles() + (to.isTracked() ? 1 : -1));
        }
    }

    private static void countParked(Region region, byte kind, int change) {
        if (kind == Blocker.SNAPSHOT) {
            region.row().setAwaitingSnapshot(region.row().getAwaitingSnapshot() + change);
        } else if (kind == Blocker.APPROVAL) {
            region.row().getGuardBuilder().setWaiting(region.row().getGuard().getWaiting() + change);
        }
    }

    private static Schedule.Entry entry(Region region, FilePath path, FileRow row) {
        return new Schedule.Entry(Instant.ofEpochMilli(row.getDueMs()), region.id(), path);
    }

    private byte[] prefix(RegionId region) {
        return rows.key().text(region.value()).build();
    }

    private byte[] key(RegionId region, FilePath path) {
        return rows.key().text(region.value()).tail(path.value()).build();
    }

    private static FilePath pathOf(byte[] key) {
        Key.Reader parts = new Key.Reader(key);
        parts.text();
        return FilePath.of(parts.tail());
    }

    private byte[] temporaryKey(RegionId region, FilePath path, FileRowOrBuilder row) {
        return temporaries
                .key()
                .text(region.value())
                .text(row.getCompactionId())
                .tail(path.value())
                .build();
    }

    private byte[] stuckKey(RegionId region, FilePath path) {
        return stuck.key().text(region.value()).tail(path.value()).build();
    }

    private byte[] expiringKey(RegionId region, FilePath path, long baseMs) {
        return expiring.key()
                .text(region.value())
                .number(baseMs ^ Long.MIN_VALUE)
                .tail(path.value())
                .build();
    }
}
