package io.sexton.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class PlanTest {

    private static final List<String> MEMBERS =
            List.of("broker-0", "broker-1", "broker-2", "streams-1", "streams-2", "deleter-1");

    @Test
    void theSeedDecidesIt() {
        assertThat(plan(7)).isEqualTo(plan(7)).isNotEqualTo(plan(8));
    }

    @Test
    void everyKindOfFaultOccurs() {
        Set<Class<?>> came =
                plan(1).steps().stream().map(step -> step.fault().getClass()).collect(Collectors.toSet());

        assertThat(came).isEqualTo(Set.of(Fault.class.getPermittedSubclasses()));
    }

    @Test
    void oneBrokerAndOneClockAtATimeHaveFaults() {
        for (long seed = 0; seed < 50; seed++) {
            Map<String, Duration> free = new HashMap<>();
            for (Plan.Step step : plan(seed).steps()) {
                String lane = Plan.lane(step.fault());
                assertThat(free.getOrDefault(lane, Duration.ZERO)).isLessThanOrEqualTo(step.at());
                free.put(lane, step.at().plus(step.fault().length()));
            }
        }
    }

    @Test
    void omitsFaultsThatTheMachineDoesNotSupport() {
        Plan plan = Plan.of(1, Duration.ofMinutes(10), MEMBERS, EnumSet.of(Plan.Kind.KILL));

        assertThat(plan.steps()).isNotEmpty().allMatch(step -> step.fault() instanceof Fault.Kill);
    }

    private static Plan plan(long seed) {
        return Plan.of(seed, Duration.ofMinutes(10), MEMBERS, EnumSet.allOf(Plan.Kind.class));
    }
}
