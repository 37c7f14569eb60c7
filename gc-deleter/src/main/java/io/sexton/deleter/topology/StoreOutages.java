package io.sexton.deleter.topology;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sexton.deleter.core.Effect;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The stores that do not answer: a line when that begins, each minute while it lasts, and when it ends; and metrics. */
final class StoreOutages implements Consumer<Effect.StoreHealth> {

    private static final Logger LOG = LoggerFactory.getLogger(DeleterTopology.class);

    private final Set<String> open = ConcurrentHashMap.newKeySet();
    private final Map<String, Counter> openings;

    /** @param stores the names of the stores that are configured */
    StoreOutages(Collection<String> stores, MeterRegistry metrics) {
        openings = stores.stream()
                .collect(Collectors.toUnmodifiableMap(
                        Function.identity(),
                        store -> Counter.builder("sexton.deleter.store.openings")
                                .description("Times that a store did not answer several calls in a row")
                                .tag("store", store)
                                .register(metrics)));
        for (String store : stores) {
            Gauge.builder("sexton.deleter.store.open", open, all -> all.contains(store) ? 1 : 0)
                    .description("1 while a store does not answer, and its calls are held back")
                    .tag("store", store)
                    .register(metrics);
        }
    }

    @Override
    public void accept(Effect.StoreHealth health) {
        switch (health) {
            case Effect.StoreOpened opened -> {
                open.add(opened.store());
                Counter counter = openings.get(opened.store());
                if (counter != null) {
                    counter.increment();
                }
                LOG.warn(
                        "Store '{}' does not answer: {} storage calls in a row have failed (the last: {}). Its files wait;"
                                + " one call at a time probes it. Other stores go on",
                        opened.store(),
                        opened.failures(),
                        opened.problem());
            }
            case Effect.StoreStillOpen stillOpen ->
                LOG.warn(
                        "Store '{}' has not answered for {} s: its files wait",
                        stillOpen.store(),
                        stillOpen.openFor().toSeconds());
            case Effect.StoreClosed closed -> {
                open.remove(closed.store());
                LOG.info(
                        "Store '{}' answers again, after {} s",
                        closed.store(),
                        closed.openFor().toSeconds());
            }
        }
    }
}
