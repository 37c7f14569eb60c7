package io.sexton.streams.oracle;

import io.sexton.v1.Tick;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The GC clock of one partition (section 4). */
final class NaiveClock {

    private record Seen(long append, long wall, String ticker, long uptime) {}

    private @Nullable Long clock;
    private @Nullable Seen lastAgreeing;
    /** All ticks, latest last. */
    private final List<Seen> ticks = new ArrayList<>();

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
        List<Seen> before = List.copyOf(ticks);
        Seen agreed = lastAgreeing;
        ticks.add(seen);
        // "A tick agrees if its append time and `wall_clock` differ by at most 5 min."
        if (Math.abs(seen.append - seen.wall) > 5 * Millis.MINUTE) {
            coverage.met(Rule.TICK_DISAGREES);
            return false;
        }
        lastAgreeing = seen;
        long limit = Math.min(seen.append, seen.wall);
        Long now = clock;
        if (now == null || agreed == null) {
            // "The first agreeing tick sets the clock to max(clock, min(append, wall))."
            coverage.met(Rule.FIRST_TICK);
            clock = limit;
            return true;
        }
        long d = Math.max(0, Math.min(seen.append - agreed.append, growth(before, seen, coverage)));
        // "then clock = max(clock, min(append, wall, clock + 1.25 d))"
        long next = Math.max(now, Math.min(limit, now + d + d / 4));
        coverage.met(next == now ? Rule.CLOCK_STANDS : next < limit ? Rule.CLOCK_LAGS : Rule.CLOCK_FOLLOWS);
        clock = next;
        return true;
    }

    private static long growth(List<Seen> before, Seen seen, Coverage coverage) {
        Seen same = lastOf(seen.ticker, before);
        if (same != null) {
            // "the growth of append time [...] since the last tick (of any kind) of the same ticker, and of the growth of
            // wall clock and of uptime since that tick"
            coverage.met(Rule.TICKER_IS_REMEMBERED);
            return Math.min(
                    seen.append - same.append, Math.min(seen.wall - same.wall, seen.uptime - same.uptime));
        }
        // "of a ticker that is not remembered [...], the growth of append time since the last agreeing tick and of append
        // time and wall clock since the last tick of any ticker"
        coverage.met(Rule.TICKER_IS_NOT_REMEMBERED);
        Seen any = before.get(before.size() - 1);
        return Math.min(seen.append - any.append, seen.wall - any.wall);
    }

    /** "the eight that ticked last are [remembered]" */
    private static @Nullable Seen lastOf(String ticker, List<Seen> ticks) {
        Set<String> later = new HashSet<>();
        for (int i = ticks.size() - 1; i >= 0 && later.size() < 8; i--) {
            if (ticks.get(i).ticker.equals(ticker)) {
                return ticks.get(i);
            }
            later.add(ticks.get(i).ticker);
        }
        return null;
    }
}
