package io.sexton.fold.core;

import io.sexton.proto.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The schedule of the ticks of one partition. At most one tick is in flight, so that a slow broker does not get a queue of
 * ticks. Sends nothing and reads no clock: its owner sends a tick where a method returns true, and passes the outcome to
 * {@link #written} or {@link #failed}. Not thread safe.
 *
 * <p>The uptime in all methods is of one monotonic clock.
 */
public final class TickSchedule {
    /** Upper bound on the time in which no tick compares the clocks of broker and ticker, even if nothing is due (I3). */
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private boolean inFlight;
    /** {@code null} before the first tick, and after one that failed. */
    private @Nullable Duration lastSent;

    private long lastWritten = -1;
    private long workLeftAfter = -1;

    /**
     * Returns the uptime from which on the next interval sends a tick: when the fold has work by the wall clock, which
     * decides nothing else, or a minute after the last tick.
     *
     * @param nextWork the fold's
     */
    public Duration dueAt(Optional<Instant> nextWork, Instant wall, Duration uptime) {
        Duration pauseEnds = lastSent == null ? uptime : lastSent.plus(LONGEST_PAUSE);
        return nextWork.map(next -> Times.shorter(pauseEnds, uptime.plus(Duration.between(wall, next))))
                .orElse(pauseEnds);
    }

    /** Returns whether a tick must be sent at an interval. */
    public boolean beginAtInterval(Optional<Instant> nextWork, Instant wall, Duration uptime) {
        return dueAt(nextWork, wall, uptime).compareTo(uptime) <= 0 && begin(uptime);
    }

    /** Returns whether a tick must be sent at once: unless one is in flight. */
    public boolean begin(Duration uptime) {
        if (inFlight) {
            return false;
        }
        inFlight = true;
        lastSent = uptime;
        return true;
    }

    /**
     * Returns whether a tick must be sent after a record that left work. Not before the last tick has been applied: the
     * records that follow a tick in the log do not cause more of them.
     *
     * @param applied offset of the record
     */
    public boolean beginAfter(long applied, Duration uptime) {
        workLeftAfter = applied;
        return applied >= lastWritten && begin(uptime);
    }

    /**
     * Returns whether another tick must be sent, because the tick left work and was applied before it was acknowledged.
     *
     * @param offset of the tick
     */
    public boolean written(long offset, Duration uptime) {
        lastWritten = offset;
        inFlight = false;
        return workLeftAfter >= offset && begin(uptime);
    }

    /** Records that the tick was not written. The next interval sends another one. */
    public void failed() {
        inFlight = false;
        lastSent = null;
    }
}
