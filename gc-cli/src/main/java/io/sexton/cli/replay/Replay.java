package io.sexton.cli.replay;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sexton.fold.core.Output;
import io.sexton.fold.core.Placement;
import io.sexton.fold.state.MemoryStore;
import io.sexton.proto.FilePath;
import io.sexton.proto.LogRecord;
import io.sexton.proto.RegionId;
import io.sexton.service.CommandFailure;
import io.sexton.streams.apply.PartitionFold;
import io.sexton.streams.query.Census;
import io.sexton.streams.query.Explanation;
import io.sexton.v1.PolicySet;
import io.sexton.v1.RegionEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A fold of records of {@code gc.events} with its state in memory, each partition by itself. Not thread safe.
 *
 * <p>The partition of a record's key is not checked: a file may hold any part of a log, and its number of partitions is
 * not known.
 */
final class Replay {

    /** A consumer of the output that follows from each record. */
    @FunctionalInterface
    interface Sink {
        void accept(LogRecord cause, Output output) throws IOException;
    }

    private final Sink sink;
    private final @Nullable List<PolicySet> policies;
    private final Map<Integer, Partition> partitions = new TreeMap<>();

    /** @param policies in place of the log's own; {@code null}: the log's */
    Replay(Sink sink, @Nullable List<PolicySet> policies) {
        this.sink = sink;
        this.policies = policies;
    }

    /**
     * Applies the record that follows the last one of its partition.
     *
     * @throws IOException if the sink throws it; the replay is no longer usable then
     * @throws CommandFailure if a given policy breaks a rule
     */
    void apply(LogRecord record) throws IOException {
        if (policies != null && setsPolicy(record)) {
            return;
        }
        Partition partition = partitions.get(record.partition());
        try {
            if (partition == null) {
                partition = new Partition(record.partition());
                partitions.put(record.partition(), partition);
                partition.begin(record);
            }
            partition.apply(record);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Returns the explanation of a file; empty if no record of the partition has been applied. */
    Optional<Explanation> explain(int partition, RegionId region, FilePath path) {
        return Optional.ofNullable(partitions.get(partition)).map(known -> known.fold.explain(region, path));
    }

    /** Returns the numbers of files by state so far, by partition. */
    List<Census> census() {
        return partitions.values().stream()
                .map(partition -> partition.fold.census())
                .toList();
    }

    private static boolean setsPolicy(LogRecord record) {
        if (record.value() == null) {
            return false;
        }
        try {
            return RegionEvent.parseFrom(record.value()).hasPolicySet();
        } catch (InvalidProtocolBufferException e) {
            return false;
        }
    }

    private final class Partition {
        private final PartitionFold fold;
        private LogRecord cause;

        @SuppressWarnings("NullAway.Init") // the fold emits nothing before it is given a record
        Partition(int number) {
            fold = PartitionFold.DEFINITION
                    .factory()
                    .create(number, store -> new MemoryStore(), Placement.UNCHECKED, this::emit);
        }

        /** Sets the policies that replace the log's, at the place of its first record. */
        void begin(LogRecord first) {
            if (policies == null) {
                return;
            }
            for (PolicySet policy : policies) {
                cause = new LogRecord(
                        first.partition(),
                        first.offset(),
                        first.appendTime(),
                        new byte[0],
                        RegionEvent.newBuilder().setPolicySet(policy).build().toByteArray());
                fold.apply(cause);
            }
            cause = first;
        }

        void apply(LogRecord record) {
            cause = record;
            fold.apply(record);
        }

        private void emit(Output output) {
            if (output instanceof Output.DeadLetter letter && setsPolicy(letter.record()) && policies != null) {
                throw CommandFailure.usage("--policy: " + letter.reason());
            }
            try {
                sink.accept(cause, output);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
