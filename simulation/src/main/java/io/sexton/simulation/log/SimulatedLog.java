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
 * All topics: records in the order in which the broker appended them, with the broker's time; transactions that hold back
 * readers while they are open, and whose ends take up an offset. Nothing is ever lost of what was appended.
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
     * @param appended when, by the broker's clock
     * @param happened when, in truth
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

    /** How many partitions each topic has. */
    public int partitions() {
        return partitions;
    }

    /** Where the records of a key belong. */
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

    /** The clock of the broker that leads now, ahead of true time by so much. */
    public void setClockError(Duration error) {
        clockError = error;
    }

    /** Whether producers reach the brokers. */
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

    /** The newest time that a broker ever stamped. */
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
            tellReaders();
            return offset;
        }

        long append(byte @Nullable [] key, byte @Nullable [] value, @Nullable Transaction transaction) {
            long offset = entries.size();
            entries.add(new Entry(offset, brokerTime(), scheduler.now(), key, value, transaction, false));
            return offset;
        }

        void mark() {
            entries.add(new Entry(entries.size(), brokerTime(), scheduler.now(), null, null, null, true));
            tellReaders();
        }

        /** The offset that the next record gets. */
        public long end() {
            return entries.size();
        }

        /** What lies at an offset, whoever may read it. */
        public Entry at(long offset) {
            return entries.get(Math.toIntExact(offset));
        }

        /** The first record from there on that a reader of committed records gets now. */
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

        /** Has somebody told that there may be more to read; it must not read at once. */
        public void onMore(Runnable reader) {
            readers.add(reader);
        }

        private void tellReaders() {
            for (int i = 0; i < readers.size(); i++) {
                readers.get(i).run();
            }
        }
    }
}
