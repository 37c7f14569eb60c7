package io.sexton.fold.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ClockLagGaugesTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ClockLagGauges gauges = new ClockLagGauges(registry, "log");

    @Test
    void showsTheLastLagOfEachPartitionInSeconds() {
        gauges.measured(0, Duration.ofMillis(1_500));
        gauges.measured(1, Duration.ofMinutes(7));
        gauges.measured(0, Duration.ZERO);
        gauges.measured(2, Duration.ofMillis(250));
        assertThat(behind("0")).isZero();
        assertThat(behind("1")).isEqualTo(420);
        assertThat(behind("2")).isEqualTo(0.25);
    }

    @Test
    void forgetsAPartitionThatIsFoldedElsewhereAndTakesItBack() {
        gauges.measured(0, Duration.ofSeconds(1));
        gauges.closed(0);
        gauges.closed(7);
        assertThat(registry.getMeters()).isEmpty();
        gauges.measured(0, Duration.ofSeconds(2));
        assertThat(behind("0")).isEqualTo(2);
    }

    private double behind(String partition) {
        return registry.get("sexton.clock.behind")
                .tag("topic", "log")
                .tag("partition", partition)
                .gauge()
                .value();
    }
}
