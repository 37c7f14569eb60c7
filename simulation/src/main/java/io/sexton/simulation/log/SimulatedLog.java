package io.sexton.simulation.log;

import io.sexton.simulation.kernel.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All topics: records in the order of their appends, with the broker's time, and transactions that block readers of
 * committed records while they are open, and whose ends take an offset. No appended record is ever lost.
 */
public final class SimulatedLog {
    private final Scheduler scheduler;
    private final int partitions;
    private final Map<String, List<Partition>> topics = new HashMap<>();
    private Duration clockError = Duration.ZERO;
    private Instant newest = Instant.EPOCH;
    private boolean reachable = true;

    /**
     * One record.
     *
     * @param appended time by the broker's clock
     * @param happened true time
     * @param marker true for the end of a transaction, which has neither key nor value
     */
    @SuppressWarnings("ArrayRecordComponent") // the bytes of the log, handed through and never compared
    public record Entry(
            long offset,
            Instant appended,
            Instant happened,
            byte @Nullable [] key,
            byte @Nullable [] value,
            @Nullable Transaction transaction,
            boolean marker) {

        private boolean isReadable() {
            return !marker && (transaction == null || transaction.isCommitted());
        }
    }

    public SimulatedLog(Scheduler scheduler, int partitions) {
        this.scheduler = scheduler;
        this.partitions = partitions;
    }

    /** Returns the number of partitions of each topic. */
    public int partitions() {
        return partitions;
    }

    /** Returns the partition of a key. */
    public int partitionOf(byte[] key) {
        int hash = 17;
        for (byte each : key) {
            hash = 31 * hash + each;
        }
        return Math.floorMod(hash, partitions);
    }

    public Partition partition(String topic, int number) {
        return topics.computeIfAbsent(topic, this::create).get(number);
    }

    public Transaction begin() {
        return new Transaction(this);
    }

    /** Sets how far the clock of the current leader broker is ahead of true time. */
    public void setClockError(Duration error) {
        clockError = error;
    }

    /** Returns true if producers reach the brokers. */
    public boolean isReachable() {
        return reachable;
    }

    public void setReachable(boolean can) {
        reachable = can;
    }

    private List<Partition> create(String topic) {
        List<Partition> created = new ArrayList<>();
        for (int number = 0; number < partitions; number++) {
            created.add(new Partition());
        }
        return created;
    }

    /** Returns the latest time that a broker ever stamped. */
    public Instant newest() {
        return newest;
    }

    private Instant brokerTime() {
        Instant time = scheduler.now().plus(clockError).truncatedTo(ChronoUnit.MILLIS);
        newest = time.isAfter(newest) ? time : newest;
        return time;
    }

    /** One partition of a topic. */
    public final class Partition {
        private final List<Entry> entries = new ArrayList<>();
        private final List<Runnable> readers = new ArrayList<>();

        private Partition() {}

        /** Appends a record that can be read at once, unless an open transaction stands before it. */
        public long append(byte @Nullable [] key, byte @Nullable [] value) {
            long offset = append(key, value, null);
            notifyReaders();
            return offset;
        }

        long append(byte @Nullable [] key, byte @Nullable [] value, @Nullable Transaction transaction) {
            long offset = entries.size();
            entries.add(new Entry(offset, brokerTime(), scheduler.now(), key, value, transaction, false));
            return offset;
        }

        void mark() {
            entries.add(new Entry(entries.size(), brokerTime(), scheduler.now(), null, null, null, true));
            notifyReaders();
        }

        /** Returns the offset of the next record. */
        public long end() {
            return entries.size();
        }

        /** Returns the record at an offset, committed or not. */
        public Entry at(long offset) {
            return entries.get(Math.toIntExact(offset));
        }

        /** Returns the first record from that offset on that a reader of committed records receives now. */
        public Optional<Entry> next(long from) {
            for (long offset = from; offset < entries.size(); offset++) {
                Entry entry = at(offset);
                if (entry.transaction() != null && entry.transaction().isOpen()) {
                    return Optional.empty();
                }
                if (entry.isReadable()) {
                    return Optional.of(entry);
                }
            }
            return Optional.empty();
        }

        /** Registers an action that runs when records may have become readable; it must not read synchronously. */
        public void onMore(Runnable reader) {
            readers.add(reader);
        }

        private void notifyReaders() {
            for (int i = 0; i < readers.size(); i++) {
                readers.get(i).run();
            }
        }
    }
}
