package io.sexton.deleter.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sexton.deleter.core.Effect;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StoreOutagesTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final StoreOutages outages = new StoreOutages(List.of("a", "b"), registry);

    @Test
    void showsEachStoreThatIsOpenAndCountsItsOpenings() {
        assertThat(open("a")).isZero();
        outages.accept(new Effect.StoreOpened("a", 5, "time-out"));
        outages.accept(new Effect.StoreStillOpen("a", Duration.ofMinutes(1)));
        assertThat(open("a")).isEqualTo(1);
        assertThat(open("b")).isZero();

        outages.accept(new Effect.StoreClosed("a", Duration.ofMinutes(2)));
        assertThat(open("a")).isZero();
        outages.accept(new Effect.StoreOpened("a", 5, "time-out"));

        assertThat(openings("a")).isEqualTo(2);
        assertThat(openings("b")).isZero();
    }

    private double open(String store) {
        return registry.get("sexton.deleter.store.open")
                .tag("store", store)
                .gauge()
                .value();
    }

    private double openings(String store) {
        return registry.get("sexton.deleter.store.openings")
                .tag("store", store)
                .counter()
                .count();
    }
}
