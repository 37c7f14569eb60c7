package io.sexton.fold.topology;

import java.util.function.LongSupplier;

/**
 * The decision whether outputs are committed at once or at the commit interval. At once while the thread mostly waits for
 * records, since readers, lock owners and deleters wait for the outputs; at the interval under load, where each commit takes
 * time from the fold. One object serves all threads of a process, and counts for each by itself: Kafka Streams commits all
 * tasks of a thread together.
 */
final class CommitPace {
    /** A commit takes about this long, so that records which arrive during one share the next. */
    private static final long SHORTEST_NANOS = 20_000_000;

    /**
     * A thread whose records come more often is under load, however short they are: it spends its time on commits, and each
     * costs the brokers, too.
     */
    private static final long LEAST_NANOS_A_RECORD = 5_000_000;

    private final LongSupplier nanoTime;
    private final ThreadLocal<Count> counts;

    /** @param nanoTime a monotonic clock */
    CommitPace(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.counts = ThreadLocal.withInitial(() -> new Count(nanoTime.getAsLong() - SHORTEST_NANOS));
    }

    private static final class Count {
        private long since;
        private long busyNanos;
        private long records;

        private Count(long since) {
            this.since = since;
        }
    }

    /**
     * Counts a processed record.
     *
     * @param nanos that it took
     * @param emitted whether it had outputs
     * @return whether to commit now
     */
    boolean processed(long nanos, boolean emitted) {
        Count count = counts.get();
        count.busyNanos += nanos;
        count.records++;
        long now = nanoTime.getAsLong();
        long elapsed = now - count.since;
        if (!emitted || elapsed < SHORTEST_NANOS) {
            return false;
        }
        boolean waits = count.busyNanos < elapsed / 2 && count.records * LEAST_NANOS_A_RECORD < elapsed;
        count.since = now;
        count.busyNanos = 0;
        count.records = 0;
        return waits;
    }
}
