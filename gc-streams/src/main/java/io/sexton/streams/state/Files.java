package io.sexton.streams.state;

import com.google.protobuf.ByteString;
import io.sexton.fold.core.Key;
import io.sexton.fold.core.StoredClock;
import io.sexton.fold.index.KeySet;
import io.sexton.fold.index.Table;
import io.sexton.fold.index.Tally;
import io.sexton.fold.index.Timeline;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.model.Blocker;
import io.sexton.streams.model.FileState;
import io.sexton.streams.row.FileRow;
import io.sexton.streams.row.FileRowOrBuilder;
import io.sexton.streams.row.RegionRow;
import io.sexton.streams.row.Wake;
import io.sexton.streams.state.view.FilesView;
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
 * The rows of the files. Each write of a row updates its entry in the schedule, the indexes of temporary and of
 * expiring files, and the region's counts. A file has at most one entry: in the schedule, parked under one blocker, or
 * in the index of expiring files.
 *
 * <p>The record's budget bounds work on many files; the region's row stores the position of unfinished work. Not thread
 * safe.
 */
public final class Files implements FilesView {
    static final Duration GONE_RETENTION = Duration.ofHours(24);
    private static final int PAGE = 512;

    /** The access to a region's unfinished sweeps, for files that are read before a sweep reaches them. */
    public interface Sweeper {
        /** Applies the region's unfinished sweeps to this file. Returns its row afterwards. */
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

    /** Sets the sweeper. From now on {@link #get} returns rows as the region's unfinished sweeps leave them. */
    public void setSweeper(Sweeper unfinished) {
        sweeper = unfinished;
    }

    /** Returns a file's row for appliers, with the region's unfinished sweeps applied; {@code null}: UNKNOWN. */
    @Nullable
    public FileRow get(Region region, FilePath path) {
        FileRow row = peek(region.id(), path);
        return row == null || region.row().getSweepsCount() == 0 ? row : sweeper.sweep(region, path, row);
    }

    public FileState stateOf(Region region, FilePath path) {
        return FileState.of(get(region, path));
    }

    /** Returns a file's stored row, for readers and for regions without unfinished work; {@code null}: UNKNOWN. */
    @Override
    @Nullable
    public FileRow peek(RegionId region, FilePath path) {
        FileRow row = rows.get(key(region, path));
        return row == null || isForgotten(row) ? null : row;
    }

    /** Returns whether a row counts as absent. It is removed later, within the budget of some tick. */
    private boolean isForgotten(FileRow row) {
        Instant now = clock.get().time();
        return FileState.of(row) == FileState.GONE
                && now != null
                && !Instant.ofEpochMilli(row.getSinceMs()).plus(GONE_RETENTION).isAfter(now);
    }

    /** Returns the region's next files above a path, in order of their paths. */
    public List<Found> above(RegionId region, @Nullable FilePath path, int limit) {
        byte[] prefix = prefix(region);
        byte[] from = path == null ? prefix : Key.next(key(region, path));
        return rows.page(from, Key.after(prefix), limit).stream()
                .map(stored -> new Found(pathOf(stored.key()), stored.row()))
                .toList();
    }

    /** Visits every file of every region, in order. Reads the whole store. */
    @Override
    public void forEach(BiConsumer<RegionId, Found> visitor) {
        rows.forEach(rows.key().build(), stored -> {
            Key.Reader parts = stored.parts();
            RegionId region = new RegionId(parts.text());
            if (!isForgotten(stored.row())) {
                visitor.accept(region, new Found(FilePath.of(parts.tail()), stored.row()));
            }
        });
    }

    /** Visits the temporary files of a compaction; the visitor may change them. */
    public void forEachTemporary(RegionId region, String compactionId, Consumer<FilePath> visitor) {
        byte[] from = temporaries.key().text(region.value()).text(compactionId).build();
        byte[] end = Key.after(from);
        // Exactly as many as exist: a longer page would walk over the tombstones of other compactions (I9).
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
     * Replaces a file's row by one whose state, or whose entry in the schedule, has changed.
     *
     * @param old the stored row, {@code null} for a file without one
     * @param due the time of its entry in the schedule; {@code null}: none, or the end of its retention
     * @return the row as it is stored
     */
    public FileRow replace(Region region, FilePath path, @Nullable FileRow old, FileRow.Builder next, @Nullable Instant due) {
        if (old != null) {
            unindex(region, path, old);
            removeEntry(region, path, old);
        }
        if (old != null && isParkedUnder(old, Blocker.SNAPSHOT) && region.row().getAwaitingSnapshot() == 0) {
            schedule.markUnfinished(region.id()); // the next tick decides whether a snapshot is still requested
        }
        if (old != null && isParkedUnder(old, Blocker.INVENTORY) && region.row().getAwaitingInventory() == 0) {
            schedule.markUnfinished(region.id()); // and whether an inventory is
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
            schedule.forgetAt(Instant.ofEpochMilli(next.getSinceMs()).plus(GONE_RETENTION), region.id(), path);
        }
        FileRow row = next.build();
        rows.put(key(region.id(), path), row);
        if (expiresByRetention(region, next)) {
            addExpiring(region, path, next.getBaseMs());
        }
        if (state == FileState.GONE) {
            wake(region, new Blocker.ByCompanion(region.id(), path));
        }
        return row;
    }

    /** Replaces a file's row by one with the same state and the same entry in the schedule. */
    public void amend(Region region, FilePath path, @Nullable FileRow old, FileRow next) {
        RegionCounts.replace(region, old, next);
        rows.put(key(region.id(), path), next);
    }

    /** Moves a file within the schedule, or from its blocker to the schedule. Its state and evidence do not change. */
    void reschedule(Region region, FilePath path, FileRow old, FileRow.Builder next, Instant due) {
        removeEntry(region, path, old);
        next.clearParkedUnder().setDueMs(due.toEpochMilli());
        schedule.add(new Schedule.Entry(due, region.id(), path));
        rows.put(key(region.id(), path), next.build());
    }

    /** Returns a parked file to the schedule, at its old due time. */
    public void wakeFile(Region region, FilePath path) {
        FileRow row = peek(region.id(), path);
        if (row != null && !row.getParkedUnder().isEmpty()) {
            reschedule(region, path, row, row.toBuilder(), Instant.ofEpochMilli(row.getDueMs()));
        }
    }

    /** Counts a region's files if an older version of the service wrote its row without counts. Reads all its files. */
    public void ensureCounted(Region region) {
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

    /** Returns the region's next files above a path, in order, of those whose paths begin with the prefix. */
    public List<Found> above(RegionId region, String pathPrefix, @Nullable FilePath path, int limit) {
        byte[] prefix = rows.key().text(region.value()).tail(pathPrefix).build();
        byte[] from = path == null ? prefix : Key.next(key(region, path));
        return rows.page(from, Key.after(prefix), limit).stream()
                .map(stored -> new Found(pathOf(stored.key()), stored.row()))
                .toList();
    }

    /** Moves a due file from the schedule to its blocker, until the blocker ends. */
    public void park(Region region, FilePath path, FileRow old, FileRow.Builder next, Instant due, Blocker blocker) {
        removeEntry(region, path, old);
        schedule.park(blocker, new Schedule.Entry(due, region.id(), path));
        countParked(region, Blocker.kindOf(blocker.key()), 1);
        next.setDueMs(due.toEpochMilli()).setParkedUnder(ByteString.copyFrom(blocker.key()));
        rows.put(key(region.id(), path), next.build());
    }

    /** Moves a file to a later due time. */
    public void postpone(Region region, FilePath path, FileRow row, @Nullable Instant due) {
        FileRow.Builder next = row.toBuilder().clearCandidateOffset();
        if (due != null) {
            next.setLingerDueMs(due.toEpochMilli());
        }
        replace(region, path, row, next, due);
    }

    /** Returns all files that are parked under the blocker to the schedule, each at its old due time. */
    public void wake(Region region, Blocker blocker) {
        if (schedule.isAnyParkedUnder(blocker)) {
            wake(region, blocker.key());
        }
    }

    /** Returns all parked files of the region to the schedule. */
    public void wakeAll(Region region) {
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
            schedule.markUnfinished(region.id());
        }
    }

    /** Resumes the region's unfinished wakes, within the budget. Returns whether all are finished. */
    public boolean resumeWaking(Region region) {
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

    /** Returns all parked files of all regions to the schedule. */
    public void wakeAll(Function<RegionId, Region> regions) {
        Schedule.Range all = schedule.parkedUnder();
        schedule.setWakeAllNext(wake(all, parked -> regions.apply(parked.entry().region())));
    }

    /** Resumes the unfinished wake of the last change of policies. Returns whether it is finished. */
    public boolean resumeWakingAll(Function<RegionId, Region> regions) {
        byte[] from = schedule.wakeAllNext();
        if (from == null) {
            return true;
        }
        Schedule.Range rest = schedule.parkedUnder().startingAt(from);
        schedule.setWakeAllNext(
                wake(rest, parked -> regions.apply(parked.entry().region())));
        return schedule.wakeAllNext() == null;
    }

    /**
     * Wakes the files parked in the range, within the budget. Returns the key to resume from; {@code null}: finished.
     */
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
            rest = rest.after(page.get(page.size() - 1));
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
            // The policy in force now determines its due time.
            rows.put(key(region.id(), path), woken.clearDueMs().build());
            addExpiring(region, path, row.getBaseMs());
        } else {
            rows.put(key(region.id(), path), woken.build());
            schedule.add(parked.entry());
        }
    }

    /** Returns the region's next stuck files above a path, in order, of those whose paths begin with the prefix. */
    public List<Found> stuckAbove(RegionId region, String pathPrefix, @Nullable FilePath path, int limit) {
        byte[] prefix = stuck.key().text(region.value()).tail(pathPrefix).build();
        byte[] from = path == null ? prefix : Key.next(stuckKey(region, path));
        List<Found> found = new ArrayList<>();
        for (byte[] key : stuck.page(from, Key.after(prefix), limit)) {
            FilePath next = pathOf(key);
            found.add(new Found(next, Objects.requireNonNull(rows.get(key(region, next)), "a stuck file has a row")));
        }
        return found;
    }

    /**
     * Removes the rows of files that have been GONE for {@link #GONE_RETENTION}, within the budget. The row of a file
     * that was seen again stays. Returns whether none is left.
     */
    public boolean forget(Instant now) {
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

    /** Returns the file of a retention-only region that expires first; {@code null}: none expires. */
    @Nullable
    public FilePath firstExpiring(Region region) {
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

    /**
     * Moves the region's one entry for its expiring files to the time when the first is due under the present policy.
     */
    public void refreshRetention(Region region) {
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

    public void addRetentionRegion(RegionId region) {
        retentionRegions.add(retentionRegions.key().text(region.value()).build());
    }

    /** Visits the regions whose earliest expiry depends on the policy in force. */
    public void forEachRetentionRegion(Consumer<RegionId> visitor) {
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

    /** Removes a file's one entry: from the schedule, its blocker's queue, or the index of expiring files. */
    private void removeEntry(Region region, FilePath path, FileRow old) {
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

    private void addExpiring(Region region, FilePath path, long baseMs) {
        expiring.add(expiringKey(region.id(), path, baseMs));
        if (!region.row().hasExpiringFloorMs() || baseMs < region.row().getExpiringFloorMs()) {
            region.row().setExpiringFloorMs(baseMs);
        }
        refreshRetention(region);
    }

    /** Returns whether its entry is in the index of expiring files: it has one of its own only after a blocker. */
    private static boolean expiresByRetention(Region region, FileRowOrBuilder row) {
        return mayExpire(region, row) && !row.hasDueMs();
    }

    private static boolean mayExpire(Region region, FileRowOrBuilder row) {
        return row.getState() == FileState.LIVE.code() && region.row().getRetentionOnly() && row.hasBaseMs();
    }

    private static boolean isParkedUnder(FileRow row, byte blockerKind) {
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

    /** Writes the changed counts. Must be called after each record. */
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
