package io.sexton.streams.state;

import com.google.protobuf.ByteString;
import io.sexton.fold.core.Key;
import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.index.KeySet;
import io.sexton.fold.index.Tally;
import io.sexton.fold.index.Timeline;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.model.Blocker;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** The due files that something keeps, by their blockers; under one blocker in the order of design, section 7. */
public final class ParkedFiles {
    private final KeySet keys;
    private final Tally counts;

    ParkedFiles(OrderedStore store) {
        keys = new KeySet(store, Tags.PARKED);
        counts = new Tally(store, Tags.PARKED_COUNTS);
    }

    void add(Region region, ByteString blockerKey, DueEntry entry) {
        keys.add(key(blockerKey, entry));
        count(region, blockerKey, 1);
    }

    void remove(Region region, ByteString blockerKey, DueEntry entry) {
        keys.remove(key(blockerKey, entry));
        count(region, blockerKey, -1);
    }

    private void count(Region region, ByteString blockerKey, int change) {
        counts.add(countKey(blockerKey.toByteArray()), change);
        region.row().setParkedFiles(region.row().getParkedFiles() + change);
        switch (Blocker.kindOf(blockerKey)) {
            case SNAPSHOT -> region.row().setAwaitingSnapshot(region.row().getAwaitingSnapshot() + change);
            case INVENTORY -> region.row().setAwaitingInventory(region.row().getAwaitingInventory() + change);
            case APPROVAL ->
                region.row()
                        .getGuardBuilder()
                        .setWaiting(region.row().getGuard().getWaiting() + change);
            case REGION, POLICY, COMPANION, COMPACTION, VERSION_PIN, PATH, HOLD -> {}
        }
    }

    public boolean isAnyUnder(Blocker blocker) {
        return counts.isAny(countKey(blocker.key()));
    }

    /** Returns the range of the files parked under blockers whose keys begin with the prefix; an empty one: of all. */
    public Range under(byte... blockerKeyPrefix) {
        byte[] from = keys.key().bytes(blockerKeyPrefix).build();
        return new Range(from, Key.after(from));
    }

    /** A range of parked keys, with an inclusive start and an exclusive end. */
    @SuppressWarnings("ArrayRecordComponent") // keys that go into the store
    public record Range(byte[] from, byte[] to) {
        public Range after(Parked last) {
            return new Range(Key.next(last.key), to);
        }

        public Range startingAt(byte[] key) {
            return new Range(key, to);
        }
    }

    /** A parked file, and its own key. */
    @SuppressWarnings("ArrayRecordComponent") // keys that come from the store
    public record Parked(byte[] key, RegionId region, FilePath path) {}

    public List<Parked> page(Range range, int limit) {
        return keys.page(range.from, range.to, limit).stream()
                .map(ParkedFiles::read)
                .toList();
    }

    private static Parked read(byte[] key) {
        Key.Reader parts = new Key.Reader(key);
        RegionId region = Blocker.skip(parts);
        Instant unusedDue = Timeline.timeOf(parts);
        return new Parked(key, region, FilePath.of(parts.tail()));
    }

    void flush() {
        counts.flush();
    }

    private byte[] countKey(byte[] blockerKey) {
        return counts.key().bytes(blockerKey).build();
    }

    private byte[] key(ByteString blockerKey, DueEntry entry) {
        FilePath path = Objects.requireNonNull(entry.path(), "only files are parked");
        return keys.key()
                .bytes(blockerKey.toByteArray())
                .number(Timeline.ordered(entry.due().toEpochMilli()))
                .tail(path.value())
                .build();
    }
}
