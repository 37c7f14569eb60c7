package io.sexton.deleter.topology;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** Counters of the scans of one deleter. Safe for use by any thread. */
final class ScanMetrics {

    /** The ends of a request for an inventory. */
    enum Result {
        /** The inventory has its last chunk. */
        COMPLETE,
        /** The inventory has no last chunk. */
        INCOMPLETE,
        /** The queue was full. */
        DROPPED,
        /** The store is not configured, or the root is no path. */
        REFUSED
    }

    private final Map<Result, Counter> requests = new EnumMap<>(Result.class);
    private final Counter unrepresentable;

    /** @param queued number of regions that wait */
    ScanMetrics(MeterRegistry registry, Supplier<Number> queued) {
        for (Result result : Result.values()) {
            requests.put(
                    result,
                    Counter.builder("sexton.deleter.scans")
                            .description("Requests for an inventory of a region, by what came of them")
                            .tag("result", result.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        unrepresentable = Counter.builder("sexton.deleter.scans.unrepresentable.names")
                .description("Names that listings found and no event can carry: their files stay")
                .register(registry);
        Gauge.builder("sexton.deleter.scans.queued", queued)
                .description("Regions that wait for a scan")
                .register(registry);
    }

    void ended(Result result) {
        Counter counter = requests.get(result);
        if (counter != null) {
            counter.increment();
        }
    }

    void unrepresentable(long names) {
        unrepresentable.increment((double) names);
    }
}
