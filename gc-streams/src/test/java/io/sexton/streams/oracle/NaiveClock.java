package io.sexton.streams.oracle;

import io.sexton.v1.Tick;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The GC clock of one partition (section 4). */
final class NaiveClock {

    private record Seen(long append, long wall, String ticker, long uptime) {}

    private @Nullable Long clock;
    private @Nullable Seen lastAgreeing;
    private @Nullable Seen lastOfAnyKind;

    /** "A fact's time `@` is max(append time, clock)." */
    long at(long append) {
        Long now = clock;
        return now == null ? append : Math.max(append, now);
    }

    long now() {
        Long now = clock;
        if (now == null) {
            throw new IllegalStateException("no tick has agreed yet");
        }
        return now;
    }

    /** The clock, once a tick has agreed. */
    OptionalLong told() {
        Long now = clock;
        return now == null ? OptionalLong.empty() : OptionalLong.of(now);
    }

    /** Takes a tick; false if it does not agree. */
    boolean tick(long append, Tick tick, Coverage coverage) {
        Seen seen = new Seen(append, Millis.of(tick.getWallClock()), tick.getTicker(), Millis.of(tick.getUptime()));
        Seen before = lastOfAnyKind;
        Seen agreed = lastAgreeing;
        lastOfAnyKind = seen;
        // "A tick agrees if its append time and `wall_clock` differ by at most 5 min."
        if (Math.abs(seen.append - seen.wall) > 5 * Millis.MINUTE) {
            coverage.met(Rule.TICK_DISAGREES);
            return false;
        }
        lastAgreeing = seen;
        long limit = Math.min(seen.append, seen.wall);
        Long now = clock;
        if (now == null || agreed == null || before == null) {
            // "The first agreeing tick sets the clock to min(append, wall)."
            coverage.met(Rule.FIRST_TICK);
            clock = limit;
            return true;
        }
        // "let d be the smallest of the growth of append time, of wall clock and, if it is the same ticker, of uptime,
        // since the last agreeing tick and since the last tick of any kind, at least 0"
        long d = Math.max(0, Math.min(growth(agreed, seen), growth(before, seen)));
        // "then clock = max(clock, min(append, wall, clock + 1.25 d))"
        long next = Math.max(now, Math.min(limit, now + d + d / 4));
        coverage.met(next == now ? Rule.CLOCK_STANDS : next < limit ? Rule.CLOCK_LAGS : Rule.CLOCK_FOLLOWS);
        clock = next;
        return true;
    }

    private static long growth(Seen from, Seen to) {
        long growth = Math.min(to.append - from.append, to.wall - from.wall);
        return from.ticker.equals(to.ticker) ? Math.min(growth, to.uptime - from.uptime) : growth;
    }
}
