package io.sexton.fold.topology;

import io.sexton.fold.core.LogClock;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The report of how far the clock of one partition's log is behind append time: a measurement after each tick, and lines in
 * the log of the process while it is more than five minutes. One line when that begins, one when it ends, and one an hour
 * between. Not thread safe.
 */
final class ClockLagWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClockLagWatch.class);
    private static final Duration TOO_FAR = Duration.ofMinutes(5);
    /** Lower than the limit, so that a clock that stays near it does not begin and end with each tick. */
    private static final Duration CAUGHT_UP_BELOW = Duration.ofMinutes(4);

    private static final Duration BETWEEN = Duration.ofHours(1);

    private final String topic;
    private final int partition;
    private final String consequence;
    private final ClockLag lag;
    private final LongSupplier nowMs;
    private LogClock seen = LogClock.UNSET;
    private boolean tooFar;
    private long nextMs;

    /**
     * Creates the watch of a partition.
     *
     * @param consequence the effect of a clock that is behind: "files fall due"
     * @param nowMs any clock, in milliseconds
     */
    ClockLagWatch(String topic, int partition, String consequence, ClockLag lag, LongSupplier nowMs) {
        this.topic = topic;
        this.partition = partition;
        this.consequence = consequence;
        this.lag = lag;
        this.nowMs = nowMs;
    }

    /** Receives the clock after any record. Returns at once if the record was no tick. */
    @SuppressWarnings("ReferenceEquality") // each tick makes a new clock, and most records are no ticks
    void observe(LogClock clock) {
        if (clock == seen) {
            return;
        }
        seen = clock;
        clock.behind().ifPresent(behind -> {
            lag.measured(partition, behind);
            report(behind);
        });
    }

    private void report(Duration behind) {
        switch (next(behind)) {
            case NOTHING -> {}
            case BEHIND ->
                LOG.warn(
                        "{}-{}: the log's clock is {} s behind append time, so {} later by as much until it has caught up;"
                                + " compare the clocks of the brokers and of the machines that run this service",
                        topic,
                        partition,
                        behind.toSeconds(),
                        consequence);
            case CAUGHT_UP -> LOG.info("{}-{}: the log's clock has caught up with append time", topic, partition);
        }
    }

    /** Returns the line that a lag requires. */
    Line next(Duration behind) {
        if (behind.compareTo(TOO_FAR) > 0) {
            long now = nowMs.getAsLong();
            if (tooFar && now < nextMs) {
                return Line.NOTHING;
            }
            tooFar = true;
            nextMs = now + BETWEEN.toMillis();
            return Line.BEHIND;
        }
        if (tooFar && behind.compareTo(CAUGHT_UP_BELOW) < 0) {
            tooFar = false;
            return Line.CAUGHT_UP;
        }
        return Line.NOTHING;
    }

    /** A line of the process's log. */
    enum Line {
        NOTHING,
        BEHIND,
        CAUGHT_UP
    }

    @Override
    public void close() {
        lag.closed(partition);
    }
}
