package io.sexton.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class TopicSettingsTest {

    @Test
    void specifiesTheSamePartitionsForAllTopicsButOneForTheMetaTopic() {
        Map<String, Integer> partitions = TopicSettings.replicated(12)
                .allSpecs()
                .collect(Collectors.toMap(TopicSpec::name, TopicSpec::partitions));

        assertThat(partitions)
                .containsOnlyKeys(
                        "gc.events",
                        "gc.delete-commands",
                        "gc.notices",
                        "gc.lock-requests",
                        "gc.lock-events",
                        "gc.dead-letters",
                        "gc.meta");
        assertThat(partitions).containsEntry("gc.meta", 1);
        partitions.remove("gc.meta");
        assertThat(partitions).allSatisfy((topic, count) -> assertThat(count).isEqualTo(12));
    }

    @Test
    void specifiesLogAppendTimeAndNoLossOfEventsForEveryTopic() {
        assertThat(TopicSettings.replicated(1).allSpecs())
                .allSatisfy(spec -> assertThat(spec.config())
                        .containsEntry("message.timestamp.type", "LogAppendTime")
                        .containsEntry("cleanup.policy", "delete")
                        .containsEntry("retention.bytes", "-1")
                        .containsEntry("max.message.bytes", "16777216")
                        .containsEntry("unclean.leader.election.enable", "false")
                        .containsEntry("min.insync.replicas", "2"));
    }

    @Test
    void keepsTheMetaTopicForeverAndOthersAsConfigured() {
        TopicSettings settings = TopicSettings.singleBroker(1)
                .withRetention(Topics.EVENTS, TopicSettings.FOR_EVER)
                .withRetention(Topics.NOTICES, Duration.ofHours(1));
        Map<String, String> retention = settings.allSpecs()
                .collect(
                        Collectors.toMap(TopicSpec::name, spec -> spec.config().getOrDefault("retention.ms", "unset")));

        assertThat(retention)
                .containsEntry("gc.meta", "-1")
                .containsEntry("gc.events", "-1")
                .containsEntry("gc.notices", "3600000")
                .containsEntry(
                        "gc.delete-commands", Long.toString(Duration.ofDays(90).toMillis()));
    }

    @Test
    void rejectsInvalidSettings() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TopicSettings.replicated(0))
                .withMessageStartingWith("partitions: 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TopicSettings(1, 1, 2, Map.of()))
                .withMessageStartingWith("minInsyncReplicas: 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TopicSettings(1, 0, 0, Map.of()))
                .withMessageStartingWith("replicationFactor: 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TopicSettings(1, 1, 0, Map.of()))
                .withMessageStartingWith("minInsyncReplicas: 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TopicSettings(1, 40_000, 2, Map.of()))
                .withMessageStartingWith("replicationFactor: 40000");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TopicSettings.replicated(1).withRetention("gc.event", Duration.ofDays(1)))
                .withMessageContaining("gc.event");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TopicSettings.replicated(1).withRetention(Topics.EVENTS, Duration.ofDays(-1)))
                .withMessageStartingWith("retention of gc.events");
    }
}
