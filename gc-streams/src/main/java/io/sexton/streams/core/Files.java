package io.sexton.streams.core;

import com.google.protobuf.ByteString;
import io.sexton.fold.core.Key;
import io.sexton.fold.core.StoredClock;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.core.row.FileRow;
import io.sexton.streams.core.row.FileRowOrBuilder;
import io.sexton.streams.core.row.RegionRow;
import io.sexton.streams.core.row.Wake;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The rows of the files, and with each change of a row all that must change beside it: its place in the schedule, the
 * indexes of temporary and of expiring files, the region's count. A file has at most one place: in the schedule, parked
 * under one blocker, or in the index of expiring files.
 *
 * <p>Work on many files goes as far as the record's budget; what is left stands in the region's row. Not thread safe.
 */
final class Files {
    static final Duration GONE_IS_REMEMBERED = Duration.ofHours(24);
    private static final int PAGE = 512;

    /** What a region has in hand for files that are read before their turn. */
    interface Sweeper {
        /** The row once the region's unfinished sweeps have come to this file. */
        FileRow sweep(Region region, FilePath path, FileRow row);
    }

    private final Table<FileRow> rows;
    private final KeySet temporaries;
    private final Tally temporaryCounts;
    private final KeySet stuck;
    private final KeySet expiring;
    private final KeySet retentionRegions;
    private final Schedule schedule;
    private final Policies policies;
    private final StoredClock clock;
    private final Budget budget;
    private Sweeper sweeper = (region, path, row) -> row;

    Files(Stores stores, Schedule schedule, Policies policies, StoredClock clock, Budget budget) {
        rows = new Table<>(stores.files(), 1, FileRow.parser());
        temporaries = new KeySet(stores.regions(), Tags.TEMPORARIES);
        temporaryCounts = new Tally(stores.regions(), Tags.TEMPORARY_COUNTS);
        stuck = new KeySet(stores.regions(), Tags.STUCK);
        expiring = new KeySet(stores.schedule(), Tags.EXPIRING);
        retentionRegions = new KeySet(stores.regions(), Tags.RETENTION_REGIONS);
        this.schedule = schedule;
        this.policies = policies;
        this.clock = clock;
        this.budget = budget;
    }

    /** From now on whoever reads a file finds what the region's unfinished sweeps make of it. */
    void readThrough(Sweeper unfinished) {
        sweeper = unfinished;
    }

    /** What is known of a file, for those who apply facts to it. */
    @Nullable
    FileRow get(Region region, FilePath path) {
        FileRow row = peek(region.id(), path);
        return row == null || region.row().getSweepsCount() == 0 ? row : sweeper.sweep(region, path, row);
    }

    FileState stateOf(Region region, FilePath path) {
        return FileState.of(get(region, path));
    }

    /** What is stored of a file: for those who only read, and for a region without unfinished work. */
    @Nullable
    FileRow peek(RegionId region, FilePath path) {
        FileRow row = rows.get(key(region, path));
        return row == null || isForgotten(row) ? null : row;
    }

    /** Rows of GONE files are removed when there is time for it; what they say is forgotten when its time has come. */
    private boolean isForgotten(FileRow row) {
        Instant now = clock.get().time();
        return FileState.of(row) == FileState.GONE
                && now != null
                && !Instant.ofEpochMilli(row.getSinceMs())
                        .plus(GONE_IS_REMEMBERED)
                        .isAfter(now);
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
            RegionId region = new RegionId(parts.text());
            if (!isForgotten(stored.row())) {
                visitor.accept(region, new Found(FilePath.of(parts.tail()), stored.row()));
            }
        });
    }

    /** Visits the temporary files of a compaction; the visitor may change them. */
    void forEachTemporary(RegionId region, String compactionId, Consumer<FilePath> visitor) {
        byte[] from = temporaries.key().text(region.value()).text(compactionId).build();
        byte[] end = Key.after(from);
        // Exactly as many as there are: to ask for more would walk over the tombstones of other compactions (I9).
        long left = temporaryCounts.count(temporaryCountKey(region, compactionId));
        while (left > 0) {
            List<byte[]> page = temporaries.page(from, end, (int) Math.min(left, PAGE));
            for (byte[] key : page) {
                Key.Reader parts = new Key.Reader(key);
                parts.text();
                parts.text();
                visitor.accept(FilePath.of(parts.tail()));
                from = Key.next(key);
            }
            left -= page.size();
        }
    }

    /**
     * Replaces a file's row by one in which its state, or what its place depends on, has changed.
     *
     * @param old the stored row, {@code null} for a file without one
     * @param due when the schedule is to look at it; {@code null}: never, or when its retention ends
     * @return the row as it is stored
     */
    FileRow replace(Region region, FilePath path, @Nullable FileRow old, FileRow.Builder next, @Nullable Instant due) {
        if (old != null) {
            unindex(region, path, old);
            vacate(region, path, old);
        }
        if (old != null && awaits(old, Blocker.SNAPSHOT) && region.row().getAwaitingSnapshot() == 0) {
            schedule.leaveUnfinished(region.id()); // the next tick settles whether snapshots are asked for still
        }
        if (old != null && awaits(old, Blocker.INVENTORY) && region.row().getAwaitingInventory() == 0) {
            schedule.leaveUnfinished(region.id()); // and whether inventories are
        }
        next.clearParkedUnder().clearDueMs();
        FileState state = FileState.ofCode(next.getState());
        RegionCounts.replace(region, old, next);
        index(region, path, next);
        if (due != null) {
            next.setDueMs(due.toEpochMilli());
            schedule.add(new Schedule.Entry(due, region.id(), path));
        }
        if (state == FileState.GONE) {
            schedule.forgetAt(Instant.ofEpochMilli(next.getSinceMs()).plus(GONE_IS_REMEMBERED), region.id(), path);
        }
        FileRow row = next.build();
        rows.put(key(region.id(), path), row);
        if (expiresByRetention(region, next)) {
            expires(region, path, next.getBaseMs());
        }
        if (state == FileState.GONE) {
            wake(region, new Blocker.ByCompanion(region.id(), path));
        }
        return row;
    }

    /** Changes what neither the state nor the schedule depends on. */
    void amend(Region region, FilePath path, @Nullable FileRow old, FileRow next) {
        RegionCounts.replace(region, old, next);
        rows.put(key(region.id(), path), next);
    }

    /** Moves a file within the schedule; one that is parked is looked at again. Its state and its evidence stay. */
    void reschedule(Region region, FilePath path, FileRow old, FileRow.Builder next, Instant due) {
        vacate(region, path, old);
        next.clearParkedUnder().setDueMs(due.toEpochMilli());
        schedule.add(new Schedule.Entry(due, region.id(), path));
        rows.put(key(region.id(), path), next.build());
    }

    /** Returns a parked file to the schedule, at its old place. */
    void lookAgain(Region region, FilePath path) {
        FileRow row = peek(region.id(), path);
        if (row != null && !row.getParkedUnder().isEmpty()) {
            reschedule(region, path, row, row.toBuilder(), Instant.ofEpochMilli(row.getDueMs()));
        }
    }

    /** Counts a region's files, where its row is of a version that did not maintain the counts. Reads all its files. */
    void ensureCounted(Region region) {
        if (region.row().hasLiveFiles()) {
            return;
        }
        long live = 0;
        long obsolete = 0;
        FilePath last = null;
        List<Found> page = above(region.id(), null, PAGE);
        while (!page.isEmpty()) {
            for (Found found : page) {
                live += FileState.of(found.row()) == FileState.LIVE ? 1 : 0;
                obsolete += FileState.of(found.row()) == FileState.OBSOLETE ? 1 : 0;
                last = found.path();
            }
            page = above(region.id(), last, PAGE);
        }
        region.row().setLiveFiles(live).setObsoleteFiles(obsolete);
    }

    /** The region's next files above a path, in order, of those whose paths begin so. */
    List<Found> above(RegionId region, String pathPrefix, @Nullable FilePath path, int limit) {
        byte[] prefix = rows.key().text(region.value()).tail(pathPrefix).build();
        byte[] from = path == null ? prefix : Key.next(key(region, path));
        return rows.page(from, Key.after(prefix), limit).stream()
                .map(stored -> new Found(pathOf(stored.key()), stored.row()))
                .toList();
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
        if (schedule.isAnyParkedUnder(blocker)) {
            wake(region, blocker.key());
        }
    }

    /** Returns to the schedule whatever of the region is parked. */
    void wakeAll(Region region) {
        if (region.row().getParkedFiles() > 0) {
            Blocker.keysOf(region.id()).forEach(keys -> wake(region, keys));
        }
    }

    private void wake(Region region, byte[] blockerKeyPrefix) {
        byte[] next = wake(schedule.parkedUnder(blockerKeyPrefix), parked -> region);
        if (next != null) {
            region.row()
                    .addWakes(Wake.newBuilder()
                            .setPrefix(ByteString.copyFrom(blockerKeyPrefix))
                            .setNext(ByteString.copyFrom(next)));
            schedule.leaveUnfinished(region.id());
        }
    }

    /** Goes on with what the region's wakes have left. Returns whether nothing is left. */
    boolean goOnWaking(Region region) {
        RegionRow.Builder row = region.row();
        while (row.getWakesCount() > 0) {
            Wake wake = row.getWakes(0);
            Schedule.Range rest = schedule.parkedUnder(wake.getPrefix().toByteArray())
                    .startingAt(wake.getNext().toByteArray());
            byte[] next = wake(rest, parked -> region);
            if (next != null) {
                row.getWakesBuilder(0).setNext(ByteString.copyFrom(next));
                return false;
            }
            row.removeWakes(0);
        }
        return true;
    }

    /** Returns to the schedule whatever is parked, of all regions. */
    void wakeAll(Function<RegionId, Region> regions) {
        Schedule.Range all = schedule.parkedUnder();
        schedule.setWakeAllNext(wake(all, parked -> regions.apply(parked.entry().region())));
    }

    /** Goes on with what the last change of policies has left. Returns whether nothing is left. */
    boolean goOnWakingAll(Function<RegionId, Region> regions) {
        byte[] from = schedule.wakeAllNext();
        if (from == null) {
            return true;
        }
        Schedule.Range rest = schedule.parkedUnder().startingAt(from);
        schedule.setWakeAllNext(
                wake(rest, parked -> regions.apply(parked.entry().region())));
        return schedule.wakeAllNext() == null;
    }

    /** Wakes what is parked in the range, as far as the budget goes. Returns where to go on; {@code null}: all is awake. */
    private byte @Nullable [] wake(Schedule.Range range, Function<Schedule.Parked, Region> regions) {
        Schedule.Range rest = range;
        List<Schedule.Parked> page = schedule.parked(rest, PAGE);
        while (!page.isEmpty()) {
            for (Schedule.Parked parked : page) {
                if (budget.isSpent()) {
                    return parked.key();
                }
                wake(regions.apply(parked), parked);
                budget.moved();
            }
            rest = rest.behind(page.get(page.size() - 1));
            page = page.size() < PAGE ? List.of() : schedule.parked(rest, PAGE);
        }
        return null;
    }

    private void wake(Region region, Schedule.Parked parked) {
        FilePath path = Objects.requireNonNull(parked.entry().path(), "only files are parked");
        FileRow row = Objects.requireNonNull(peek(region.id(), path), "a parked file has a row");
        schedule.unpark(parked.blockerKey(), parked.entry());
        countParked(region, Blocker.kindOf(parked.blockerKey()), -1);
        FileRow.Builder woken = row.toBuilder().clearParkedUnder();
        if (!region.isGone() && mayExpire(region, row)) {
            // Its time is that of the policy in force now.
            rows.put(key(region.id(), path), woken.clearDueMs().build());
            expires(region, path, row.getBaseMs());
        } else {
            rows.put(key(region.id(), path), woken.build());
            schedule.add(parked.entry());
        }
    }

    /** The region's next stuck files above a path, in order, of those whose paths begin so. */
    List<Found> stuckAbove(RegionId region, String pathPrefix, @Nullable FilePath path, int limit) {
        byte[] prefix = stuck.key().text(region.value()).tail(pathPrefix).build();
        byte[] from = path == null ? prefix : Key.next(stuckKey(region, path));
        List<Found> found = new ArrayList<>();
        for (byte[] key : stuck.page(from, Key.after(prefix), limit)) {
            FilePath next = pathOf(key);
            found.add(new Found(next, Objects.requireNonNull(rows.get(key(region, next)), "a stuck file has a row")));
        }
        return found;
    }

    /** Removes the rows of files that are GONE for long enough, as far as the budget goes; one seen again stays. */
    boolean forget(Instant now) {
        return schedule.takeForgotten(now, entry -> {
            FilePath path = Objects.requireNonNull(entry.path(), "only files are forgotten");
            byte[] key = key(entry.region(), path);
            FileRow row = rows.get(key);
            if (row != null && isForgotten(row)) {
                rows.delete(key);
            }
            budget.moved();
            return !budget.isSpent();
        });
    }

    /** The expiring file that comes first in a retention-only region. */
    @Nullable
    FilePath firstExpiring(Region region) {
        if (!region.row().hasExpiringFloorMs()) {
            return null;
        }
        byte[] prefix = expiring.key().text(region.id().value()).build();
        byte[] from = expiring.key()
                .text(region.id().value())
                .number(Timeline.ordered(region.row().getExpiringFloorMs()))
                .build();
        byte[] first = expiring.firstOf(from, Key.after(prefix));
        if (first == null) {
            region.row().clearExpiringFloorMs();
            return null;
        }
        Key.Reader parts = new Key.Reader(first);
        parts.text();
        region.row().setExpiringFloorMs(Timeline.timeOf(parts).toEpochMilli());
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
        FilePath first = retention == null || region.isGone() ? null : firstExpiring(region);
        if (retention != null && first != null) {
            FileRow row = Objects.requireNonNull(peek(region.id(), first), "an expiring file has a row");
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
                retentionRegions.key().build(), key -> visitor.accept(new RegionId(new Key.Reader(key).text())));
    }

    private void index(Region region, FilePath path, FileRowOrBuilder row) {
        if (row.getState() == FileState.TEMP.code()) {
            temporaries.add(temporaryKey(region.id(), path, row));
            temporaryCounts.add(temporaryCountKey(region.id(), row.getCompactionId()), 1);
        }
        if (row.getCondemnation().getStuck()) {
            stuck.add(stuckKey(region.id(), path));
        }
    }

    private void unindex(Region region, FilePath path, FileRow row) {
        if (FileState.of(row) == FileState.TEMP) {
            temporaries.remove(temporaryKey(region.id(), path, row));
            temporaryCounts.add(temporaryCountKey(region.id(), row.getCompactionId()), -1);
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

    private void expires(Region region, FilePath path, long baseMs) {
        expiring.add(expiringKey(region.id(), path, baseMs));
        if (!region.row().hasExpiringFloorMs() || baseMs < region.row().getExpiringFloorMs()) {
            region.row().setExpiringFloorMs(baseMs);
        }
        refreshRetention(region);
    }

    /** Whether its place is the index of expiring files: an entry of its own it has only when something blocked it. */
    private static boolean expiresByRetention(Region region, FileRowOrBuilder row) {
        return mayExpire(region, row) && !row.hasDueMs();
    }

    private static boolean mayExpire(Region region, FileRowOrBuilder row) {
        return row.getState() == FileState.LIVE.code() && region.row().getRetentionOnly() && row.hasBaseMs();
    }

    private static boolean awaits(FileRow row, byte blockerKind) {
        return !row.getParkedUnder().isEmpty()
                && Blocker.kindOf(row.getParkedUnder().toByteArray()) == blockerKind;
    }

    private static void countParked(Region region, byte kind, int change) {
        region.row().setParkedFiles(region.row().getParkedFiles() + change);
        if (kind == Blocker.SNAPSHOT) {
            region.row().setAwaitingSnapshot(region.row().getAwaitingSnapshot() + change);
        } else if (kind == Blocker.INVENTORY) {
            region.row().setAwaitingInventory(region.row().getAwaitingInventory() + change);
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

    /** Must be called after each record. */
    void flush() {
        temporaryCounts.flush();
    }

    private byte[] temporaryCountKey(RegionId region, String compactionId) {
        return temporaryCounts.key().text(region.value()).tail(compactionId).build();
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
                .number(Timeline.ordered(baseMs))
                .tail(path.value())
                .build();
    }
}
