package io.sexton.deleter.core;

import io.sexton.proto.RegionId;
import io.sexton.v1.DeletionReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The commands of a partition that have been read, and the position up to which they are settled. Those that are settled
 * above one that is not are committed by their offsets, as far as these fit into the metadata of the committed offset: so no
 * report waits for the commands of another region.
 *
 * <p>WARNING: a report is published only together with a position that keeps its command from being carried out again.
 * Published before, the file would count as gone, could be live again without a revoke, and the command, delivered again,
 * would delete it (I1).
 */
final class OffsetLedger {

    /** Most characters of a position's metadata; brokers accept 4096 bytes ({@code offset.metadata.max.bytes}). */
    static final int METADATA_CHARS = 3_000;

    private record Open(RegionId region, long bytes, Instant revocableUntil) {}

    private record Settled(Open command, DeletionReport report) {}

    /** The commands without a report. */
    private final TreeMap<Long, Open> open = new TreeMap<>();

    /** The commands whose report is not committed. */
    private final TreeMap<Long, Settled> settled = new TreeMap<>();

    private CommandPosition committed;
    private long nextToRead;
    private long bytes;

    /** @param committed the committed position, from which on the partition is read */
    OffsetLedger(CommandPosition committed) {
        this.committed = committed;
        this.nextToRead = committed.nextOffset();
    }

    /** Returns whether the command of this offset has been carried out, and its report is committed. */
    boolean isCommitted(long offset) {
        return offset < committed.nextOffset() || committed.settled().contains(offset);
    }

    /** Enters a record that was read; of a command, after {@link #begin}. */
    void read(long offset) {
        nextToRead = Math.max(nextToRead, offset + 1);
    }

    void begin(PendingCommand command, RegionId region) {
        open.put(command.offset(), new Open(region, command.bytes(), command.revocableUntil()));
        bytes += command.bytes();
    }

    void settle(long offset, DeletionReport report) {
        Open command = open.remove(offset);
        if (command == null) {
            throw new IllegalStateException("settled a command that is not open: offset " + offset);
        }
        settled.put(offset, new Settled(command, report));
    }

    /** Returns the bytes that are kept in memory for commands that are not committed. */
    long bytes() {
        return bytes;
    }

    boolean isEmpty() {
        return open.isEmpty() && settled.isEmpty();
    }

    /** Returns the position that was committed last, or that the partition is read from. */
    CommandPosition committed() {
        return committed;
    }

    /**
     * Returns what can be committed now: at most {@code atMost} reports, possibly none.
     *
     * @param isBefore returns whether it is certainly earlier than that, by the clock of the log
     */
    Finished finished(int atMost, Predicate<Instant> isBefore) {
        NavigableSet<Long> reported = new TreeSet<>();
        settled.keySet().stream().limit(atMost).forEach(reported::add);
        CommandPosition position = position(reported);
        while (!reported.isEmpty() && position.metadata().length() > METADATA_CHARS) {
            // The rest waits for commands between them, so that fewer ranges are needed.
            reported = firstHalf(reported);
            position = position(reported);
        }
        List<Finished.Report> reports = new ArrayList<>();
        for (long offset : reported) {
            Settled each = settled.get(offset);
            if (each != null) {
                reports.add(new Finished.Report(
                        each.command().region(),
                        isBefore.test(each.command().revocableUntil())
                                ? each.report()
                                : Reports.withoutRevoked(each.report())));
            }
        }
        return new Finished(
                List.copyOf(reports), position, !reports.isEmpty() || position.nextOffset() > committed.nextOffset());
    }

    private static NavigableSet<Long> firstHalf(NavigableSet<Long> offsets) {
        NavigableSet<Long> half = new TreeSet<>();
        offsets.stream().limit(offsets.size() / 2).forEach(half::add);
        return half;
    }

    /**
     * Returns the position with the reports of these commands, the first of those that are settled. A range extends to the
     * commands around it that are not reported, over records that are no commands.
     */
    private CommandPosition position(NavigableSet<Long> reported) {
        Long firstUnreported = reported.isEmpty()
                ? (settled.isEmpty() ? null : settled.firstKey())
                : settled.higherKey(reported.last());
        long end = firstUnreported == null ? nextToRead : firstUnreported;
        long next = open.isEmpty() ? end : Math.min(end, open.firstKey());
        List<SettledOffsets.Range> ranges = new ArrayList<>();
        for (SettledOffsets.Range range : committed.settled().ranges()) {
            extend(range, next, end, ranges);
        }
        for (long offset : reported) {
            extend(new SettledOffsets.Range(offset, offset + 1), next, end, ranges);
        }
        List<SettledOffsets.Range> joined = SettledOffsets.of(ranges).ranges();
        boolean isNext = !joined.isEmpty() && joined.getFirst().from() == next;
        return isNext
                ? new CommandPosition(joined.getFirst().until(), SettledOffsets.of(joined.subList(1, joined.size())))
                : new CommandPosition(next, SettledOffsets.of(joined));
    }

    private void extend(SettledOffsets.Range range, long next, long end, List<SettledOffsets.Range> ranges) {
        long from = range.from();
        long until = range.until();
        if (from < end) {
            Long before = open.lowerKey(from);
            from = before == null ? next : before + 1;
            Long after = open.higherKey(until - 1);
            until = Math.max(until, after == null ? end : Math.min(end, after));
        }
        if (until > next) {
            ranges.add(new SettledOffsets.Range(Math.max(from, next), until));
        }
    }

    /** Enters that a position of {@link #finished} is committed, with its reports. */
    void committed(CommandPosition position) {
        committed = position;
        nextToRead = Math.max(nextToRead, position.nextOffset());
        settled.entrySet().removeIf(each -> {
            boolean isCommitted = isCommitted(each.getKey());
            bytes -= isCommitted ? each.getValue().command().bytes() : 0;
            return isCommitted;
        });
    }
}
