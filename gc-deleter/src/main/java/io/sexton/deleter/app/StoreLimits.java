package io.sexton.deleter.app;

import io.sexton.deleter.storage.Limits;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The limits of a deleter's stores, and of all of them together. Changeable while running; for many threads. */
final class StoreLimits {

    private static final String FILES = "files-per-second";
    private static final String BYTES = "bytes-per-second";

    private final Limits.Rates configuredOverall;
    private final Map<String, Limits.Rates> configured = new TreeMap<>();
    private final Limits overall;
    private final Map<String, Limits> ofStores = new TreeMap<>();

    StoreLimits(DeleterConfiguration.Limits overall, Map<String, DeleterConfiguration.Store> stores) {
        this.configuredOverall = new Limits.Rates(overall.filesPerSecond(), overall.bytesPerSecond());
        this.overall = new Limits(configuredOverall, System::nanoTime);
        stores.forEach((name, store) -> {
            Limits.Rates rates = new Limits.Rates(store.filesPerSecond(), store.bytesPerSecond());
            configured.put(name, rates);
            ofStores.put(name, new Limits(rates, System::nanoTime));
        });
    }

    /** Returns the limits of a store: its own, and those that it shares with all. */
    List<Limits> of(String store) {
        Limits own = ofStores.get(store);
        if (own == null) {
            throw new IllegalArgumentException("no store '" + store + "'");
        }
        return List.of(overall, own);
    }

    /**
     * Replaces limits: {@code files-per-second}, {@code bytes-per-second}, and the same after a store's name and a dot.
     * Limits without a line are as configured.
     *
     * @throws IllegalArgumentException naming the line that is wrong; nothing has changed then
     */
    void override(Map<String, String> lines) {
        Map<String, OptionalDouble> numbers = new TreeMap<>();
        lines.forEach((key, value) -> {
            if (!isKnown(key)) {
                throw new IllegalArgumentException("there is no limit '" + key + "'");
            }
            numbers.put(key, number(key, value));
        });
        overall.set(rates("", numbers, configuredOverall));
        ofStores.forEach((name, limits) -> {
            Limits.Rates usual = configured.getOrDefault(name, Limits.Rates.NONE);
            limits.set(rates(name + ".", numbers, usual));
        });
    }

    /** Stops every store until numbers are taken again. */
    void halt(String why) {
        overall.halt(why);
    }

    private boolean isKnown(String key) {
        return List.of(FILES, BYTES).contains(key)
                || ofStores.keySet().stream()
                        .anyMatch(name -> key.equals(name + "." + FILES) || key.equals(name + "." + BYTES));
    }

    private static Limits.Rates rates(String prefix, Map<String, OptionalDouble> numbers, Limits.Rates usual) {
        return new Limits.Rates(
                or(numbers.get(prefix + FILES), usual.filesPerSecond()),
                or(numbers.get(prefix + BYTES), usual.bytesPerSecond()));
    }

    private static OptionalDouble or(@Nullable OptionalDouble number, OptionalDouble usual) {
        return number == null ? usual : number;
    }

    private static OptionalDouble number(String key, String value) {
        if (value.equals("none")) {
            return OptionalDouble.empty();
        }
        try {
            double number = Double.parseDouble(value);
            if (number >= 0 && number < Double.POSITIVE_INFINITY) {
                return OptionalDouble.of(number);
            }
        } catch (NumberFormatException e) {
            // rejected below
        }
        throw new IllegalArgumentException(key + " must be a number from 0 on, or none, not '" + value + "'");
    }
}
