package io.sexton.fold.app;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sexton.fold.topology.ClockLag;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The gauge {@code sexton.clock.behind} of each partition that this process folds. Thread safe. */
public final class ClockLagGauges implements ClockLag {
    private final MeterRegistry registry;
    private final String topic;
    private final Map<Integer, Lag> partitions = new ConcurrentHashMap<>();

    /** @param topic the log that is folded */
    public ClockLagGauges(MeterRegistry registry, String topic) {
        this.registry = registry;
        this.topic = topic;
    }

    @Override
    public void measured(int partition, Duration behind) {
        partitions.computeIfAbsent(partition, Lag::new).behind = behind;
    }

    @Override
    public void closed(int partition) {
        Lag lag = partitions.remove(partition);
        if (lag != null) {
            registry.remove(lag.gauge);
        }
    }

    private final class Lag {
        private final Gauge gauge;
        private volatile Duration behind = Duration.ZERO;

        Lag(int partition) {
            gauge = Gauge.builder("sexton.clock.behind", this, lag -> lag.behind.toMillis() / 1000.0)
                    .description("How far the log's clock was behind append time at the last tick")
                    .baseUnit("seconds")
                    .tag("topic", topic)
                    .tag("partition", Integer.toString(partition))
                    .strongReference(true)
                    .register(registry);
        }
    }
}
