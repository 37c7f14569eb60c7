package io.sexton.streams.state;

import com.google.protobuf.ByteString;
import io.sexton.fold.core.Key;
import io.sexton.fold.core.StoredClock;
import io.sexton.fold.index.KeySet;
import io.sexton.fold.index.Table;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.model.Blocker;
import io.sexton.streams.model.KnownFile;
import io.sexton.streams.model.KnownFile.Entry;
import io.sexton.streams.model.StateKind;
import io.sexton.streams.row.FileRow;
import io.sexton.streams.state.view.FilesView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The files. Each write of one updates its entry in the schedule, the indexes of temporary, stuck and expiring files,
 * and the region's counts. A file has at most one entry: in the schedule, parked under one blocker, or in the index of
 * expiring files. Not thread safe.
 */
public final class Files implements FilesView {
    private static final Duration GONE_RETENTION = Duration.ofHours(24);
    private static final int ROWS = 1;
    private static final int PAGE = 512;

    private final Table<FileRow> rows;
    private final TemporaryFiles temporaries;
    private final KeySet stuck;
    private final ExpiringFiles expiring;
    private final Schedule schedule;
    private final ParkedFiles parked;
    private final StoredClock clock;

    Files(Stores stores, Schedule schedule, ParkedFiles parked, ExpiringFiles expiring, StoredClock clock) {
        rows = new Table<>(stores.files(), ROWS, FileRow.parser());
        temporaries = new TemporaryFiles(stores.regions());
        stuck = new KeySet(stores.regions(), Tags.STUCK);
        this.expiring = expiring;
        this.schedule = schedule;
        this.parked = parked;
        this.clock = clock;
    }

    @Override
    @Nullable
    public KnownFile find(RegionId region, FilePath path) {
        FileRow row = rows.get(key(region, path));
        KnownFile file = row == null ? null : FileCodec.read(row);
        return file == null || isForgotten(file) ? null : file;
    }

    /** Returns whether a row counts as absent. It is removed later, within the budget of some tick. */
    private boolean isForgotten(KnownFile file) {
        Instant now = clock.get().time();
        return file.is(StateKind.GONE)
                && now != null
                && !file.change().since().plus(GONE_RETENTION).isAfter(now);
    }

    /** Returns a region's next files above a path, in order, of those whose paths begin with the prefix. */
    public List<Found> above(RegionId region, String pathPrefix, @Nullable FilePath path, int limit) {
        byte[] prefix = rows.key().text(region.value()).tail(pathPrefix).build();
        byte[] from = path == null ? prefix : Key.next(key(region, path));
        return rows.page(from, Key.after(prefix), limit).stream()
                .map(stored -> new Found(pathOf(stored.key()), FileCodec.read(stored.row())))
                .toList();
    }

    /** Returns a region's next stuck files above a path, in order, of those whose paths begin with the prefix. */
    public List<Found> stuckAbove(RegionId region, String pathPrefix, @Nullable FilePath path, int limit) {
        byte[] prefix = stuck.key().text(region.value()).tail(pathPrefix).build();
        byte[] from = path == null ? prefix : Key.next(stuckKey(region, path));
        return stuck.page(from, Key.after(prefix), limit).stream()
                .map(key -> new Found(pathOf(key), Objects.requireNonNull(find(region, pathOf(key)), "a stuck file")))
                .toList();
    }

    @Override
    public void forEach(BiConsumer<RegionId, Found> visitor) {
        rows.forEach(rows.key().build(), stored -> {
            Key.Reader parts = stored.parts();
            RegionId region = new RegionId(parts.text());
            KnownFile file = FileCodec.read(stored.row());
            if (!isForgotten(file)) {
                visitor.accept(region, new Found(FilePath.of(parts.tail()), file));
            }
        });
    }

    public TemporaryFiles temporaries() {
        return temporaries;
    }

    public ExpiringFiles expiring() {
        return expiring;
    }

    /**
     * Inserts a file.
     *
     * @param read what the caller has read of it: {@code null}
     * @param due the time of its entry in the schedule; {@code null}: none, or the end of its retention
     * @return the file as it is stored
     */
    public KnownFile insert(
            Region region, FilePath path, @Nullable KnownFile read, KnownFile next, @Nullable Instant due) {
        KnownFile file = enter(region, path, null, next, due);
        rows.insert(key(region.id(), path), read, FileCodec.write(file));
        expiring.add(region, path, file);
        return file;
    }

    /**
     * Replaces a file by one whose state, or whose entry in the schedule, has changed.
     *
     * @param old what the caller has read of it
     * @param due the time of its entry in the schedule; {@code null}: none, or the end of its retention
     * @return the file as it is stored
     */
    public KnownFile update(Region region, FilePath path, KnownFile old, KnownFile next, @Nullable Instant due) {
        temporaries.remove(region.id(), path, old.state());
        if (old.isStuck()) {
            stuck.remove(stuckKey(region.id(), path));
        }
        removeEntry(region, path, old);
        if (isLastParked(old, Blocker.Kind.SNAPSHOT, region.row().getAwaitingSnapshot())
                || isLastParked(old, Blocker.Kind.INVENTORY, region.row().getAwaitingInventory())) {
            schedule.markUnfinished(region.id()); // the next tick decides whether a request for one still holds
        }
        KnownFile file = enter(region, path, old, next, due);
        rows.update(key(region.id(), path), old, FileCodec.write(file));
        expiring.add(region, path, file);
        return file;
    }

    private static boolean isLastParked(KnownFile old, Blocker.Kind blocker, long left) {
        return left == 0 && old.entry().isParked() && Blocker.kindOf(old.entry().blockerKey()) == blocker;
    }

    /** Enters a file into indexes, counts and schedule. Returns it with its entry. */
    private KnownFile enter(
            Region region, FilePath path, @Nullable KnownFile old, KnownFile next, @Nullable Instant due) {
        RegionCounts.replace(region, old, next);
        temporaries.add(region.id(), path, next.state());
        if (next.isStuck()) {
            stuck.add(stuckKey(region.id(), path));
        }
        if (next.is(StateKind.GONE)) {
            schedule.forgetAt(next.change().since().plus(GONE_RETENTION), region.id(), path);
        }
        return next.with(due == null ? Entry.NONE : schedule.add(region.id(), path, KnownFile.wholeMillis(due)));
    }

    /** Replaces a file by one with the same state and the same entry in the schedule. */
    public KnownFile amend(Region region, FilePath path, KnownFile old, KnownFile next) {
        RegionCounts.replace(region, old, next);
        return store(region, path, old, next);
    }

    /** Moves a due file from the schedule to its blocker, until the blocker ends. */
    public void park(Region region, FilePath path, KnownFile old, KnownFile next, Instant due, Blocker blocker) {
        removeEntry(region, path, old);
        ByteString blockerKey = ByteString.copyFrom(blocker.key());
        parked.add(region, blockerKey, new DueEntry(due, region.id(), path));
        store(region, path, old, next.with(Entry.parked(due, blockerKey)));
    }

    /** Returns a parked file to the schedule, at its old due time. */
    public void unpark(Region region, FilePath path, KnownFile file) {
        Entry entry = file.entry();
        Instant due = Objects.requireNonNull(entry.due(), "a parked file has a due time");
        parked.remove(region, entry.blockerKey(), new DueEntry(due, region.id(), path));
        if (!region.isGone() && ExpiringFiles.mayExpire(region, file)) {
            // The policy in force now determines its due time.
            KnownFile expires = store(region, path, file, file.with(Entry.NONE));
            expiring.add(region, path, expires);
        } else {
            store(region, path, file, file.with(schedule.add(region.id(), path, due)));
        }
    }

    private KnownFile store(Region region, FilePath path, KnownFile old, KnownFile next) {
        rows.update(key(region.id(), path), old, FileCodec.write(next));
        return next;
    }

    /** Deletes the row of a file that has been GONE for long. The row of a file that was seen again stays. */
    public void forget(RegionId region, FilePath path) {
        byte[] key = key(region, path);
        FileRow row = rows.get(key);
        if (row != null && isForgotten(FileCodec.read(row))) {
            rows.delete(key, row);
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
        List<Found> page = above(region.id(), "", null, PAGE);
        while (!page.isEmpty()) {
            for (Found found : page) {
                live += found.file().is(StateKind.LIVE) ? 1 : 0;
                obsolete += found.file().is(StateKind.OBSOLETE) ? 1 : 0;
                last = found.path();
            }
            page = above(region.id(), "", last, PAGE);
        }
        region.row().setLiveFiles(live).setObsoleteFiles(obsolete);
    }

    /** Removes a file's one entry: from the schedule, its blocker's queue, or the index of expiring files. */
    private void removeEntry(Region region, FilePath path, KnownFile old) {
        Instant due = old.entry().due();
        if (due == null) {
            expiring.remove(region, path, old);
        } else if (old.entry().isParked()) {
            parked.remove(region, old.entry().blockerKey(), new DueEntry(due, region.id(), path));
        } else {
            schedule.remove(region.id(), path, old.entry());
        }
    }

    /** Writes the changed counts. Must be called after each record. */
    void flush() {
        temporaries.flush();
    }

    private byte[] key(RegionId region, FilePath path) {
        return rows.key().text(region.value()).tail(path.value()).build();
    }

    private byte[] stuckKey(RegionId region, FilePath path) {
        return stuck.key().text(region.value()).tail(path.value()).build();
    }

    private static FilePath pathOf(byte[] key) {
        Key.Reader parts = new Key.Reader(key);
        parts.text();
        return FilePath.of(parts.tail());
    }
}
