package io.sexton.streams.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sexton.service.ConfigFile;
import io.sexton.service.StartupException;
import io.sexton.v1.Disposition;
import io.sexton.v1.Policy;
import io.sexton.v1.PolicySet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
        assertRejected("policies: [{file-pattern: '('}]", "sexton.policies[0]", "file_pattern");
        assertRejected(
                "policies: [{region-glob: b}, {region-glob: 'a'}, {region-glob: 'a'}]",
                "sexton.policies[2].region-glob");
        assertRejected("policies: [{obsolete-linger: soon}]", "obsolete-linger");
        assertRejected("policies: [{disposition: SHRED}]", "disposition");
        assertRejected("policies: [{obsolete-lingr: 1h}]", "obsolete-lingr");
    }

    @Test
    void listsTheValuesThatAnEnumCanHave() throws IOException {
        for (String typo : List.of("SHRED", "unrecognized", "disposition-unspecified")) {
            assertRejected(
                    "policies: [{region-glob: a}, {disposition: " + typo + "}]",
                    "sexton.policies[1].disposition: '" + typo + "' is none of DELETE, TRASH, ARCHIVE, DRY_RUN");
        }
        assertRejected(
                "policies: [{trigger: unrecognized}]", "sexton.policies[0].trigger", "CONTINUOUS, ON_COMPACTION");
        assertRejected(
                "policies: [{orphan-confirmation: unrecognized}]",
                "sexton.policies[0].orphan-confirmation",
                "SNAPSHOT, INVENTORY, NEVER");
    }

    @Test
    void readsEveryValueOfAnEnumHoweverItIsWritten() throws IOException {
        var policies = PolicyOptions.of(load("""
                  policies:
                    - {region-glob: a, disposition: DELETE, trigger: CONTINUOUS, orphan-confirmation: SNAPSHOT}
                    - {region-glob: b, disposition: trash, trigger: on-compaction, orphan-confirmation: INVENTORY}
                    - {region-glob: c, disposition: ARCHIVE, orphan-confirmation: NEVER}
                    - {region-glob: d, disposition: dry-run}
                """));

        assertThat(policies.inOrder())
                .extracting(policy -> policy.getPolicy().getDisposition())
                .containsExactly(Disposition.DELETE, Disposition.TRASH, Disposition.ARCHIVE, Disposition.DRY_RUN);
    }

    @Test
    void rejectsTyposOfFalseAndInvalidIntervals() {
        assertRejected("single-broker: ture", "sexton.single-broker", "neither true nor false");
        assertRejected("tick-interval: 0s", "sexton.tick-interval", "too short");
        assertRejected("threads: 0", "sexton.threads");
        assertRejected("memory: {block-cache-mib: 64, write-buffer-mib: 33}", "sexton.memory");
    }

    @Test
    void hasAsManyThreadsAsCoresUnlessConfigured() throws IOException {
        assertThat(load("").fold().threads()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(load("  threads: 3\n").fold().threads()).isEqualTo(3);
    }

    private void assertRejected(String yaml, String... named) {
        assertThatThrownBy(() -> {
                    StreamsConfiguration configuration = load("  " + yaml + "\n");
                    PolicyOptions.of(configuration);
                    configuration.fold();
                })
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
