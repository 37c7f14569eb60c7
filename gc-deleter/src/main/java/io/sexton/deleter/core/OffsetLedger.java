package io.sexton.deleter.core;

import io.sexton.proto.RegionId;
import io.sexton.v1.DeletionReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The commands of a partition that have been read, and the offset up to which all are settled.
 *
 * <p>WARNING: a report is published only together with an offset above its command. Published before, the file would
 * count as gone, could be live again without a revoke, and the command, delivered again, would delete it (I1).
 */
final class OffsetLedger {

    private static final class Entry {
        private final RegionId region;
        private final long bytes;
        private final Instant revocableUntil;
        private @Nullable DeletionReport report;

        private Entry(RegionId region, long bytes, Instant revocableUntil) {
            this.region = region;
            this.bytes = bytes;
            this.revocableUntil = revocableUntil;
        }
    }

    private final TreeMap<Long, Entry> entries = new TreeMap<>();
    private long nextToRead;
    private long committed;
    private long bytes;

    /** @param position the committed offset, from which on the partition is read */
    OffsetLedger(long position) {
        this.nextToRead = position;
        this.committed = position;
    }

    /** Enters a record that was read; of a command, after {@link #begin}. */
    void read(long offset) {
        nextToRead = offset + 1;
    }

    void begin(PendingCommand command, RegionId region) {
        entries.put(command.offset(), new Entry(region, command.bytes(), command.revocableUntil()));
        bytes += command.bytes();
    }

    void settle(long offset, DeletionReport report) {
        Entry entry = entries.get(offset);
        if (entry == null || entry.report != null) {
            throw new IllegalStateException("settled a command that is not open: offset " + offset);
        }
        entry.report = report;
    }

    /** Returns the bytes that are kept in memory for commands that are not committed. */
    long bytes() {
        return bytes;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Returns the offset that was committed last, or that the partition is read from. */
    long committedOffset() {
        return committed;
    }

    /**
     * Returns what can be committed now: at most {@code atMost} reports, possibly none.
     *
     * @param isBefore returns whether it is certainly earlier than that, by the clock of the log
     */
    Finished finished(int atMost, Predicate<Instant> isBefore) {
        List<Finished.Report> reports = new ArrayList<>();
        long next = nextToRead;
        for (Map.Entry<Long, Entry> each : entries.entrySet()) {
            Entry entry = each.getValue();
            if (entry.report == null || reports.size() == atMost) {
                next = each.getKey();
                break;
            }
            reports.add(new Finished.Report(
                    entry.region,
                    isBefore.test(entry.revocableUntil) ? entry.report : Reports.withoutRevoked(entry.report)));
        }
        return new Finished(List.copyOf(reports), next, next > committed);
    }

    void committed(long nextOffset) {
        committed = nextOffset;
        Map<Long, Entry> done = entries.headMap(nextOffset);
        done.values().forEach(entry -> bytes -= entry.bytes);
        done.clear();
    }
}
