package io.sexton.streams.oracle;

import io.sexton.v1.Tick;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The GC clock of one partition (section 4). */
final class NaiveClock {

    private record Seen(long append, long wall, String ticker, long uptime) {}

    private @Nullable Long clock;
    private @Nullable Seen lastAgreeing;

    /** All ticks of any kind, oldest first. */
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

    /** Returns the clock; empty before the first agreeing tick. */
    OptionalLong ifSet() {
        Long now = clock;
        return now == null ? OptionalLong.empty() : OptionalLong.of(now);
    }

    /** Applies a tick. Returns false if it does not agree. */
    boolean tick(long append, Tick tick, Coverage coverage) {
        Seen seen = new Seen(append, Millis.of(tick.getWallClock()), tick.getTicker(), Millis.of(tick.getUptime()));
        Seen ownLast = remembered(seen.ticker);
        Seen last = ticks.isEmpty() ? null : ticks.getLast();
        ticks.add(seen);
        // "A tick *agrees* if its append time and `wall_clock` differ by at most 5 min."
        if (Math.abs(seen.append - seen.wall) > 5 * Millis.MINUTE) {
            coverage.met(Rule.TICK_DISAGREES);
            return false;
        }
        Seen agreed = lastAgreeing;
        lastAgreeing = seen;
        long limit = Math.min(seen.append, seen.wall);
        Long now = clock;
        if (now == null || agreed == null || last == null) {
            // "The first agreeing tick sets the clock to max(clock, min(append, wall))."
            coverage.met(Rule.FIRST_TICK);
            clock = limit;
            return true;
        }
        // "let d be the smallest, at least 0, of the growth of append time since the last agreeing tick and […]"
        long d = seen.append - agreed.append;
        if (ownLast != null) {
            // "[…] since the last tick (of any kind) of the same ticker, and of the growth of wall clock and of uptime
            // since that tick"
            coverage.met(last.equals(ownLast) ? Rule.SAME_TICKER_AGAIN : Rule.TICKER_REMEMBERED);
            d = Math.min(d, seen.append - ownLast.append);
            d = Math.min(d, seen.wall - ownLast.wall);
            d = Math.min(d, seen.uptime - ownLast.uptime);
        } else {
            // "of a ticker that is not remembered […], the growth of append time since the last agreeing tick and of
            // append time and wall clock since the last tick of any ticker"
            coverage.met(
                    ticks.stream()
                                            .filter(tick1 -> tick1.ticker.equals(seen.ticker))
                                            .count()
                                    > 1
                            ? Rule.TICKER_FORGOTTEN
                            : Rule.TICKER_NEW);
            d = Math.min(d, seen.append - last.append);
            d = Math.min(d, seen.wall - last.wall);
        }
        d = Math.max(0, d);
        // "Then clock = max(clock, min(append, wall, clock + 1.25 d))."
        long next = Math.max(now, Math.min(limit, now + d + d / 4));
        coverage.met(next == now ? Rule.CLOCK_STANDS : next < limit ? Rule.CLOCK_LAGS : Rule.CLOCK_FOLLOWS);
        clock = next;
        return true;
    }

    /** The last tick of the ticker, if it is one of "the eight that ticked last". */
    private @Nullable Seen remembered(String ticker) {
        List<String> others = new ArrayList<>();
        for (Seen seen : ticks.reversed()) {
            if (seen.ticker.equals(ticker)) {
                return seen;
            }
            if (!others.contains(seen.ticker)) {
                others.add(seen.ticker);
            }
            if (others.size() == 8) {
                return null;
            }
        }
        return null;
    }
}
