package io.sexton.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.v1.Policy;
import io.sexton.v1.PolicySet;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ConfiguredPoliciesTest {
    private static final PolicySet ALL = policy("*", 1);
    private static final PolicySet SOME = policy("a*", 2);
    private static final ConfiguredPolicies CONFIGURED = new ConfiguredPolicies(List.of(ALL, SOME));

    @Test
    void returnsNothingIfTheLogHasTheSamePolicies() {
        assertThat(CONFIGURED.missingIn(List.of(ALL, SOME))).isEmpty();
        assertThat(CONFIGURED.missingIn(List.of(ALL, policy("b", 9), SOME, policy("c", 9))))
                .as("those of other globs are none of its business")
                .isEmpty();
    }

    @Test
    void returnsAllFromTheFirstThatDiffers() {
        assertThat(CONFIGURED.missingIn(List.of())).containsExactly(ALL, SOME);
        assertThat(CONFIGURED.missingIn(List.of(ALL, policy("a*", 3)))).containsExactly(SOME);
        assertThat(CONFIGURED.missingIn(List.of(policy("*", 3), SOME))).containsExactly(ALL, SOME);
        assertThat(CONFIGURED.missingIn(List.of(SOME, ALL)))
                .as("the one that is set last wins")
                .containsExactly(ALL, SOME);
    }

    private static PolicySet policy(String glob, int percent) {
        return PolicySet.newBuilder()
                .setRegionGlob(glob)
                .setPolicy(Policy.newBuilder().setMaxCondemnedPercent(percent))
                .build();
    }
}
