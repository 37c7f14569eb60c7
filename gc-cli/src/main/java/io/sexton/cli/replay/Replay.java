package io.sexton.cli.replay;

import io.sexton.fold.core.LogRecord;
import io.sexton.fold.core.Placement;
import io.sexton.fold.state.MemoryStore;
import io.sexton.streams.core.Output;
import io.sexton.streams.core.PartitionFold;
import io.sexton.streams.core.Stores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Folds records of {@code gc.events} with their state in memory, each partition by itself. Not thread safe.
 *
 * <p>Where a record's key belongs is not checked: a file may hold any part of a log, and how many partitions the log had
 * is not known.
 */
final class Replay {

    /** Takes what follows from a record. */
    @FunctionalInterface
    interface Sink {
        void accept(LogRecord cause, Output output) throws IOException;
    }

    private final Sink sink;
    private final Map<Integer, Partition> partitions = new HashMap<>();

    Replay(Sink sink) {
        this.sink = sink;
    }

    /**
     * Applies the record that follows the last one of its partition.
     *
     * @throws IOException if the sink throws it; the replay is of no use then
     */
    void apply(LogRecord record) throws IOException {
        Partition partition = partitions.get(record.partition());
        if (partition == null) {
            partition = new Partition(record.partition());
            partitions.put(record.partition(), partition);
        }
        try {
            partition.apply(record);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private final class Partition {
        private final PartitionFold fold;
        private LogRecord cause;

        @SuppressWarnings("NullAway.Init") // the fold says nothing before it is given a record
        Partition(int number) {
            fold = new PartitionFold(
                    number,
                    new Stores(new MemoryStore(), new MemoryStore(), new MemoryStore()),
                    Placement.UNCHECKED,
                    this::said);
        }

        void apply(LogRecord record) {
            cause = record;
            fold.apply(record);
        }

        private void said(Output output) {
            try {
                sink.accept(cause, output);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
