package io.sexton.fold.core;

import io.sexton.v1.Tick;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The clock of one partition's log (design, section 4; I3). Only ticks move it, and only so far as the broker's append
 * clock, the ticker's wall clock and the ticker's monotonic clock all allow: no machine's clock is trusted alone, and
 * neither a stepped clock nor a fail-over to a broker with another clock makes it jump.
 *
 * <p>Immutable, hence thread safe. All times are whole milliseconds.
 *
 * @param time what the clock says; {@code null} before the first tick that agrees
 * @param lastAgreeing the last reading that moved the clock or could have
 * @param last the last reading of any kind
 */
public record LogClock(
        @Nullable Instant time,
        @Nullable Reading lastAgreeing,
        @Nullable Reading last) {

    /** The largest difference between append time and wall clock at which a tick still agrees. */
    public static final Duration TOLERANCE = Duration.ofMinutes(5);

    public static final LogClock UNSET = new LogClock(null, null, null);

    /**
     * What a tick says of the time.
     *
     * @param append when the broker appended the tick
     * @param wall the ticker's wall clock
     * @param ticker one id for each start of a ticker's process
     * @param uptime the ticker's monotonic clock
     */
    public record Reading(Instant append, Instant wall, String ticker, Duration uptime) {

        /** @param append when the broker appended the tick */
        public static Reading of(Instant append, Tick tick) {
            return new Reading(append, Times.of(tick.getWallClock()), tick.getTicker(), Times.of(tick.getUptime()));
        }

        boolean agrees() {
            return Duration.between(append, wall).abs().compareTo(TOLERANCE) <= 0;
        }

        private Duration growthSince(Reading earlier) {
            Duration growth =
                    Times.shorter(Duration.between(earlier.append, append), Duration.between(earlier.wall, wall));
            return ticker.equals(earlier.ticker) ? Times.shorter(growth, uptime.minus(earlier.uptime)) : growth;
        }
    }

    /** The clock after a tick, and whether the tick agreed: one that did not must have no other effect. */
    public record Step(LogClock clock, boolean agreed) {}

    public Step tick(Reading reading) {
        if (!reading.agrees()) {
            return new Step(new LogClock(time, lastAgreeing, reading), false);
        }
        return new Step(new LogClock(timeAt(reading), reading, reading), true);
    }

    private Instant timeAt(Reading reading) {
        Instant proposed = Times.earlier(reading.append, reading.wall);
        if (time == null || lastAgreeing == null || last == null) {
            return proposed;
        }
        Duration growth = Times.shorter(reading.growthSince(lastAgreeing), reading.growthSince(last));
        if (growth.isNegative()) {
            return time;
        }
        // WARNING: an upper bound on how fast time passes; without it one machine with a wrong clock ends every linger.
        Instant bound = time.plusMillis(growth.toMillis() * 5 / 4);
        return Times.later(time, Times.earlier(proposed, bound));
    }

    /**
     * The least true time in which the clock can move on by this much: while it makes up for having been behind, it is a
     * quarter faster than the machines' clocks.
     */
    public static Duration leastTrueTime(Duration counted) {
        return counted.multipliedBy(4).dividedBy(5);
    }

    /** The time of a fact: never earlier than what the clock has already said (the design writes {@code @}). */
    public Instant at(Instant append) {
        return time == null ? append : Times.later(append, time);
    }
}
