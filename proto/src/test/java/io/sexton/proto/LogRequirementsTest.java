package io.sexton.proto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LogRequirementsTest {

    private static final OptionalInt TWELVE = OptionalInt.of(12);

    @Test
    void findsNothingForTopicsWithTheirInitialSettings() {
        assertThat(LogRequirements.findings(Namespace.NONE, created(TopicSettings.replicated(12)), TWELVE, false))
                .isEmpty();
    }

    @Test
    void acceptsOneBrokerOnlyIfTheOperatorAcceptsIt() {
        Map<String, TopicState> topics = created(TopicSettings.singleBroker(12));

        assertThat(LogRequirements.findings(Namespace.NONE, topics, TWELVE, true))
                .isEmpty();
        assertThat(LogRequirements.findings(Namespace.NONE, topics, TWELVE, false))
                .extracting(TopicFinding::toString)
                .contains(
                        "gc.events has replication factor 1, but needs at least 3 (or sexton.single-broker: true, --single-broker)",
                        "gc.events has min.insync.replicas=1, but needs at least 2 (or sexton.single-broker: true, --single-broker)",
                        "gc.meta has replication factor 1, but needs at least 3 (or sexton.single-broker: true, --single-broker)");
    }

    @Test
    void findsUncleanLeaderElection() {
        Map<String, TopicState> topics = created(TopicSettings.replicated(12));
        configure(topics, Topics.EVENTS, "unclean.leader.election.enable", "true");

        assertThat(LogRequirements.findings(Namespace.NONE, topics, TWELVE, false))
                .extracting(TopicFinding::topic)
                .containsExactly(Topics.EVENTS);
    }

    @ParameterizedTest
    @ValueSource(strings = {Topics.EVENTS, Topics.LOCK_REQUESTS})
    void findsTimestampsThatProducersSet(String topic) {
        Map<String, TopicState> topics = created(TopicSettings.singleBroker(12));
        configure(topics, topic, "message.timestamp.type", "CreateTime");

        assertThat(LogRequirements.findings(Namespace.NONE, topics, TWELVE, true))
                .containsExactly(
                        new TopicFinding(topic, "has message.timestamp.type=CreateTime, but must have LogAppendTime"));
    }

    @ParameterizedTest
    @ValueSource(strings = {Topics.DELETE_COMMANDS, Topics.NOTICES, Topics.LOCK_EVENTS, Topics.DEAD_LETTERS})
    void ignoresTheTimestampTypeOfOtherTopics(String topic) {
        Map<String, TopicState> topics = created(TopicSettings.singleBroker(12));
        configure(topics, topic, "message.timestamp.type", "CreateTime");

        assertThat(LogRequirements.findings(Namespace.NONE, topics, TWELVE, true))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"compact", "compact,delete"})
    void findsACompactedLog(String policy) {
        Map<String, TopicState> topics = created(TopicSettings.singleBroker(12));
        configure(topics, Topics.EVENTS, "cleanup.policy", policy);

        assertThat(LogRequirements.findings(Namespace.NONE, topics, TWELVE, true))
                .extracting(TopicFinding::topic)
                .containsExactly(Topics.EVENTS);
    }

    @Test
    void findsAddedPartitionsEvenIfAllTopicsHaveThem() {
        assertThat(LogRequirements.findings(Namespace.NONE, created(TopicSettings.replicated(13)), TWELVE, false))
                .extracting(TopicFinding::topic)
                .containsExactlyElementsOf(Topics.KEYED_BY_REGION);
        assertThat(LogRequirements.findings(Namespace.NONE, created(TopicSettings.replicated(13)), TWELVE, false)
                        .get(0))
                .hasToString(
                        "gc.events has 13 partitions, but the topics were created with 12, and that may never change");
    }

    @Test
    void findsAMissingRecord() {
        assertThat(LogRequirements.findings(
                        Namespace.NONE, created(TopicSettings.replicated(12)), OptionalInt.empty(), false))
                .extracting(TopicFinding::topic)
                .containsExactly(Topics.META);
    }

    @Test
    void findsTopicsThatDoNotExist() {
        assertThat(LogRequirements.findings(Namespace.NONE, Map.of(), OptionalInt.empty(), false))
                .hasSize(7)
                .last()
                .hasToString("gc.dead-letters does not exist; `sexton topics create` makes it");
    }

    @Test
    void treatsUnknownValuesAsInsufficient() {
        Map<String, TopicState> topics = created(TopicSettings.replicated(12));
        topics.put(Topics.EVENTS, new TopicState(Topics.EVENTS, 12, 3, Map.of("min.insync.replicas", "many")));

        assertThat(LogRequirements.findings(Namespace.NONE, topics, TWELVE, false))
                .hasSize(3);
    }

    @Test
    void returnsDifferencesBetweenExistingTopicsAndSettings() {
        Map<String, TopicState> topics = created(TopicSettings.replicated(12));
        topics.remove(Topics.NOTICES);

        List<TopicFinding> differences = LogRequirements.differences(
                topics, TopicSettings.replicated(12).withRetention(Topics.EVENTS, TopicSettings.FOR_EVER));

        assertThat(differences)
                .containsExactly(new TopicFinding(Topics.EVENTS, "has retention.ms=31536000000, not -1"));
        assertThat(LogRequirements.differences(topics, TopicSettings.singleBroker(12)))
                .contains(new TopicFinding(Topics.EVENTS, "has replication factor 3, not 1"));
    }

    private static Map<String, TopicState> created(TopicSettings settings) {
        return new HashMap<>(settings.allSpecs()
                .collect(Collectors.toMap(
                        TopicSpec::name,
                        spec -> new TopicState(
                                spec.name(), spec.partitions(), spec.replicationFactor(), spec.config()))));
    }

    private static void configure(Map<String, TopicState> topics, String name, String key, String value) {
        topics.computeIfPresent(name, (ignored, topic) -> {
            Map<String, String> config = new HashMap<>(topic.config());
            config.put(key, value);
            return new TopicState(name, topic.partitions(), topic.replicationFactor(), config);
        });
    }
}
