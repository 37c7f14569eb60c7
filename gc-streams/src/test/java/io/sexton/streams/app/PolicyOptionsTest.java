package io.sexton.streams.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sexton.fold.app.ConfigFile;
import io.sexton.fold.app.StartupException;
import io.sexton.v1.Disposition;
import io.sexton.v1.Policy;
import io.sexton.v1.PolicySet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PolicyOptionsTest {
    @TempDir
    private Path dir;

    @Test
    void readsPoliciesInTheirOrder() throws IOException {
        var policies = PolicyOptions.of(load("""
                  policies:
                    - obsolete-linger: 10m
                    - region-glob: "logs/*"
                      retention: 30d
                      disposition: DRY_RUN
                      max-condemned-percent: 5
                """));

        assertThat(policies.inOrder())
                .containsExactly(
                        PolicySet.newBuilder()
                                .setRegionGlob("*")
                                .setPolicy(Policy.newBuilder().setObsoleteLinger(seconds(600)))
                                .build(),
                        PolicySet.newBuilder()
                                .setRegionGlob("logs/*")
                                .setPolicy(Policy.newBuilder()
                                        .setRetention(seconds(30 * 24 * 3600))
                                        .setDisposition(Disposition.DRY_RUN)
                                        .setMaxCondemnedPercent(5))
                                .build());
    }

    @Test
    void hasNoneByDefault() throws IOException {
        assertThat(PolicyOptions.of(load("")).inOrder()).isEmpty();
    }

    @Test
    void namesTheKeyThatIsWrong() throws IOException {
        assertRefused("policies: [{file-pattern: '('}]", "sexton.policies[0]", "file_pattern");
        assertRefused(
                "policies: [{region-glob: b}, {region-glob: 'a'}, {region-glob: 'a'}]",
                "sexton.policies[2].region-glob");
        assertRefused("policies: [{obsolete-linger: soon}]", "obsolete-linger");
        assertRefused("policies: [{disposition: SHRED}]", "disposition");
        assertRefused("policies: [{obsolete-lingr: 1h}]", "obsolete-lingr");
    }

    private void assertRefused(String yaml, String... named) {
        assertThatThrownBy(() -> PolicyOptions.of(load("  " + yaml + "\n")))
                .isInstanceOf(StartupException.class)
                .hasMessageContainingAll(named)
                .hasMessageNotContaining("\n");
    }

    private StreamsConfiguration load(String yaml) throws IOException {
        Path file = Files.writeString(
                dir.resolve("streams.yaml"),
                "sexton:\n  bootstrap-servers: localhost:9092\n  state-dir: /tmp/state\n" + yaml.indent(0));
        return ConfigFile.load(file, StreamsConfiguration.class, Map.of());
    }

    private static com.google.protobuf.Duration seconds(long seconds) {
        return com.google.protobuf.Duration.newBuilder().setSeconds(seconds).build();
    }
}
