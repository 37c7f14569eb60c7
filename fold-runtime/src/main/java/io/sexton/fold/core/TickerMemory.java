package io.sexton.fold.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The last tick of each of the eight tickers that ticked last, whether it agreed or not (design, section 4). Bounded, so
 * that no number of restarts makes the clock's row grow.
 *
 * <p>Immutable, hence thread safe.
 *
 * @param readings one for each ticker; the ticker that ticked last stands last
 */
public record TickerMemory(List<LogClock.Reading> readings) {

    /** The number of tickers that are remembered. */
    public static final int CAPACITY = 8;

    public static final TickerMemory EMPTY = new TickerMemory(List.of());

    public TickerMemory {
        readings = List.copyOf(readings);
        if (readings.size() > CAPACITY
                || readings.stream().map(LogClock.Reading::ticker).distinct().count() < readings.size()) {
            throw new IllegalArgumentException("not one reading for each of at most " + CAPACITY + " tickers");
        }
    }

    /** Returns the last tick of this ticker; empty if it is not among the remembered. */
    Optional<LogClock.Reading> lastOf(String ticker) {
        return readings.stream()
                .filter(reading -> reading.ticker().equals(ticker))
                .findFirst();
    }

    /** Returns the last tick of any ticker. */
    Optional<LogClock.Reading> last() {
        return readings.isEmpty() ? Optional.empty() : Optional.of(readings.getLast());
    }

    /** Returns the memory after a tick. A new ticker replaces the one whose last tick is the oldest. */
    TickerMemory with(LogClock.Reading reading) {
        List<LogClock.Reading> next = new ArrayList<>(readings);
        next.removeIf(earlier -> earlier.ticker().equals(reading.ticker()));
        next.add(reading);
        return new TickerMemory(next.size() > CAPACITY ? next.subList(1, next.size()) : next);
    }
}
