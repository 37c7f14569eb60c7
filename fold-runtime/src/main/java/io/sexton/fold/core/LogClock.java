package io.sexton.fold.core;

import io.sexton.proto.Times;
import io.sexton.v1.Tick;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The clock of one partition's log (design, section 4; I3). Only ticks move it, and only so far as the broker's append
 * clock, the ticker's wall clock and the ticker's monotonic clock all allow: no machine's clock is trusted alone, and
 * neither a stepped clock nor a fail-over to a broker with another clock makes it jump. A ticker's clocks are compared with
 * that ticker's earlier tick, so that one ticker whose clock is off does not hold back the others.
 *
 * <p>Immutable, hence thread safe. All times are whole milliseconds.
 *
 * @param time {@code null} before the first tick that agrees
 * @param lastAgreeing the last tick that agreed; {@code null} before the first
 * @param tickers the last ticks of any kind
 */
public record LogClock(@Nullable Instant time, @Nullable Reading lastAgreeing, TickerMemory tickers) {

    /** The largest difference between append time and wall clock at which a tick still agrees. */
    public static final Duration TOLERANCE = Duration.ofMinutes(5);

    public static final LogClock UNSET = new LogClock(null, null, TickerMemory.EMPTY);

    /**
     * The clocks at a tick.
     *
     * @param append when the broker appended the tick
     * @param wall the ticker's wall clock
     * @param ticker one id for each start of a ticker's process
     * @param uptime the ticker's monotonic clock
     */
    public record Reading(Instant append, Instant wall, String ticker, Duration uptime) {

        /** Returns the reading of a tick. The append time is cut to the range of {@link Times}, so that no sum overflows. */
        public static Reading of(Instant append, Tick tick) {
            return new Reading(
                    Times.later(Times.EARLIEST, Times.earlier(append, Times.LATEST)),
                    Times.of(tick.getWallClock()),
                    tick.getTicker(),
                    Times.of(tick.getUptime()));
        }

        boolean agrees() {
            return Duration.between(append, wall).abs().compareTo(TOLERANCE) <= 0;
        }

        private Duration appendAndWallSince(Reading earlier) {
            return Times.shorter(Duration.between(earlier.append, append), Duration.between(earlier.wall, wall));
        }

        private Duration allClocksSince(Reading earlier) {
            return Times.shorter(appendAndWallSince(earlier), uptime.minus(earlier.uptime));
        }
    }

    /** The clock after a tick. A tick that did not agree must have no other effect. */
    public record Step(LogClock clock, boolean agreed) {}

    /** Returns the clock after a tick. A tick that does not agree leaves the time, and is remembered as its ticker's last. */
    public Step tick(Reading reading) {
        TickerMemory remembered = tickers.with(reading);
        if (!reading.agrees()) {
            return new Step(new LogClock(time, lastAgreeing, remembered), false);
        }
        return new Step(new LogClock(timeAt(reading), reading, remembered), true);
    }

    private Instant timeAt(Reading reading) {
        Instant proposed = Times.earlier(reading.append, reading.wall);
        if (time == null || lastAgreeing == null) {
            return proposed;
        }
        Duration growth =
                Times.shorter(Duration.between(lastAgreeing.append, reading.append), sinceEarlierTick(reading));
        if (growth.isNegative()) {
            return time;
        }
        // WARNING: an upper bound on how fast time passes; without it one machine with a wrong clock ends every linger.
        Instant bound = time.plusMillis(growth.toMillis() * 5 / 4);
        return Times.later(time, Times.earlier(proposed, bound));
    }

    /**
     * Returns the least growth that the clocks show since the last tick of the same ticker. The uptime of a ticker that is
     * not remembered cannot be compared; its wall clock is compared with that of the ticker that ticked last.
     */
    private Duration sinceEarlierTick(Reading reading) {
        return tickers.lastOf(reading.ticker)
                .map(reading::allClocksSince)
                .or(() -> tickers.last().map(reading::appendAndWallSince))
                // Unreachable once a tick has agreed. No earlier tick shows that time has passed (I5).
                .orElse(Duration.ZERO);
    }

    /**
     * Returns how far the clock was behind append time at the last tick of any kind; empty before the first tick that
     * agreed.
     */
    public Optional<Duration> behind() {
        if (time == null) {
            return Optional.empty();
        }
        return tickers.last().map(last -> Duration.between(Times.earlier(time, last.append), last.append));
    }

    /**
     * Returns the least true time in which the clock can move on by this much: while it makes up for having been behind, it
     * is a quarter faster than the machines' clocks.
     */
    public static Duration leastTrueTime(Duration counted) {
        return counted.multipliedBy(4).dividedBy(5);
    }

    /** Returns the time of a fact: never earlier than the clock (the design writes {@code @}). */
    public Instant at(Instant append) {
        return time == null ? append : Times.later(append, time);
    }
}
