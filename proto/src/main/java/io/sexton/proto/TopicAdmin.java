package io.sexton.proto;

import io.sexton.v1.TopicsMade;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The administration of the topics: creates them and checks the requirements on them.
 *
 * <p>The number of partitions is recorded on {@link Topics#META} before any other topic is created. The first record
 * there is valid forever, so concurrent callers agree, and a call with another number fails.
 *
 * <p>For use by one thread. Each method waits for each answer of the brokers at most for about the timeout of the
 * constructor, and throws a {@link TopicsUnavailableException} after that.
 */
public final class TopicAdmin implements AutoCloseable {

    private static final Duration VISIBILITY_POLL = Duration.ofMillis(20);
    private static final List<String> ALL_TOPICS =
            Stream.concat(Topics.ALL.stream(), Stream.of(Topics.META)).toList();

    private final Admin admin;
    private final Namespace namespace;
    private final Map<String, ?> clientConfig;
    private final MetaTopic meta;
    private final Duration timeout;

    /**
     * Creates an administration of the topics without a namespace.
     *
     * @see #TopicAdmin(Map, Namespace, Duration)
     */
    public TopicAdmin(Map<String, ?> clientConfig, Duration timeout) {
        this(clientConfig, Namespace.NONE, timeout);
    }

    /**
     * Creates an administration. Sends no request to the brokers.
     *
     * @param clientConfig client settings ({@code bootstrap.servers}, security), for an admin client, a producer and a
     *     consumer; each ignores the settings of the others
     * @param namespace namespace of the topics
     * @throws KafkaException if the configuration is invalid
     */
    public TopicAdmin(Map<String, ?> clientConfig, Namespace namespace, Duration timeout) {
        this.admin = Admin.create(new HashMap<>(clientConfig));
        this.namespace = namespace;
        this.clientConfig = Map.copyOf(clientConfig);
        this.meta = new MetaTopic(clientConfig, namespace.topic(Topics.META), timeout);
        this.timeout = timeout;
    }

    /**
     * Creates the topics that do not exist yet. Existing topics are not changed; their differences are returned.
     *
     * <p>May be repeated and called concurrently. If it fails midway, some topics were created; a repeat creates the
     * others.
     *
     * @throws TopicsUnavailableException also if the topics were created with another number of partitions; no topic is
     *     created then
     */
    public Created create(TopicSettings settings) {
        Map<String, TopicState> before = describe();
        List<TopicState> keyed = Topics.KEYED_BY_REGION.stream()
                .flatMap(name -> Stream.ofNullable(before.get(name)))
                .toList();
        // Topics that were created by other means are accepted, if their number of partitions is the requested one.
        requireSamePartitions(keyed, settings.partitions());
        List<String> made = new ArrayList<>();
        if (!before.containsKey(Topics.META)) {
            createIfAbsent(settings.metaSpec().in(namespace), made);
        }
        TopicsMade recorded = meta.recordIfFirst(settings.partitions());
        if (recorded.getPartitions() != settings.partitions()) {
            throw new TopicsUnavailableException("the topics were created with " + recorded.getPartitions()
                    + " partitions, and that may never change; asked for " + settings.partitions());
        }
        for (TopicSpec spec : settings.specs()) {
            if (!before.containsKey(spec.name())) {
                createIfAbsent(spec.in(namespace), made);
            }
        }
        awaitVisible();
        return new Created(List.copyOf(made), LogRequirements.differences(before, settings));
    }

    /**
     * The result of {@link #create}.
     *
     * @param made names of the topics that were created
     * @param differences differences between existing topics, which were not changed, and the settings
     */
    public record Created(List<String> made, List<TopicFinding> differences) {}

    /**
     * Returns every breach of the requirements on the topics. A service must not run if there is any (I5).
     *
     * @param singleBroker true if the operator accepts that one broker has all data: replication is not checked
     * @return findings, empty if the topics meet the requirements
     */
    public List<TopicFinding> check(boolean singleBroker) {
        Map<String, TopicState> topics = describe();
        OptionalInt recorded = topics.containsKey(Topics.META)
                ? meta.first().map(made -> OptionalInt.of(made.getPartitions())).orElseGet(OptionalInt::empty)
                : OptionalInt.empty();
        return LogRequirements.findings(namespace, topics, recorded, singleBroker);
    }

    /**
     * Returns the permissions that the brokers do not grant to the principal of this client; empty if all are granted,
     * or the brokers have no authorizer.
     */
    public List<MissingPermission> missingPermissions(List<Grant> needed) {
        return PermissionCheck.missing(admin, needed, MissingPermission.principalOf(clientConfig), timeout);
    }

    /**
     * Returns the application id under which a log is folded, or empty if none was recorded on {@link Topics#META}.
     *
     * @param log {@link Topics#EVENTS} or {@link Topics#LOCK_REQUESTS}
     */
    public Optional<String> applicationOf(String log) {
        return meta.applicationOf(log);
    }

    /**
     * Records the application id under which a log is folded, if none is recorded. The first one is valid forever.
     *
     * @return the valid application id
     */
    public String recordApplication(String log, String applicationId) {
        return meta.recordApplicationIfFirst(log, applicationId);
    }

    @Override
    public void close() {
        // All pending requests have timed out already.
        admin.close(Duration.ZERO);
    }

    private static void requireSamePartitions(List<TopicState> topics, int partitions) {
        Optional<TopicFinding> problem = topics.stream()
                .flatMap(topic -> LogRequirements.partitionProblem(topic, partitions).stream())
                .findFirst();
        if (problem.isPresent()) {
            TopicState topic = topics.stream()
                    .filter(state -> state.name().equals(problem.get().topic()))
                    .findFirst()
                    .orElseThrow();
            throw new TopicsUnavailableException(topic.name() + " exists with " + topic.partitions()
                    + " partitions, and that may never change; asked for " + partitions);
        }
    }

    private void createIfAbsent(TopicSpec spec, List<String> made) {
        NewTopic topic = new NewTopic(spec.name(), spec.partitions(), spec.replicationFactor()).configs(spec.config());
        try {
            await(
                    "create topic " + spec.name(),
                    AclOperation.CREATE,
                    admin.createTopics(Set.of(topic)).all());
            made.add(spec.name());
        } catch (TopicsUnavailableException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
            // Another process created it meanwhile.
        }
    }

    /**
     * Waits until the brokers report every topic. They learn of a new topic a moment after the controller has created
     * it.
     */
    private void awaitVisible() {
        long began = System.nanoTime();
        while (describe().size() < ALL_TOPICS.size()) {
            if (System.nanoTime() - began > timeout.toNanos()) {
                throw new TopicsUnavailableException(
                        "the topics were created, but the brokers do not report all of them within "
                                + timeout.toSeconds() + " s");
            }
            LockSupport.parkNanos(VISIBILITY_POLL.toNanos());
        }
    }

    /** Returns the existing topics, by their names without the namespace. */
    private Map<String, TopicState> describe() {
        Map<String, TopicDescription> descriptions = new HashMap<>();
        Map<String, KafkaFuture<TopicDescription>> answers = admin.describeTopics(
                        ALL_TOPICS.stream().map(namespace::topic).toList())
                .topicNameValues();
        ALL_TOPICS.forEach(topic -> Optional.ofNullable(answers.get(namespace.topic(topic)))
                .flatMap(answer ->
                        awaitIfExists("describe topic " + namespace.topic(topic), AclOperation.DESCRIBE, answer))
                .ifPresent(description -> descriptions.put(topic, description)));
        Map<String, TopicState> states = new HashMap<>();
        descriptions.forEach((topic, description) -> {
            ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, description.name());
            var answer = admin.describeConfigs(Set.of(resource)).all();
            awaitIfExists(
                            "describe the configuration of topic " + description.name(),
                            AclOperation.DESCRIBE_CONFIGS,
                            answer)
                    .flatMap(configs -> Optional.ofNullable(configs.get(resource)))
                    .ifPresent(config -> states.put(topic, state(description, config)));
        });
        return states;
    }

    private static TopicState state(TopicDescription description, Config config) {
        int replicas = description.partitions().stream()
                .mapToInt(partition -> partition.replicas().size())
                .min()
                .orElse(0);
        Map<String, String> values = config.entries().stream()
                .filter(entry -> entry.value() != null)
                .collect(Collectors.toMap(ConfigEntry::name, ConfigEntry::value));
        return new TopicState(description.name(), description.partitions().size(), replicas, values);
    }

    private <T> Optional<T> awaitIfExists(String what, AclOperation operation, KafkaFuture<T> answer) {
        try {
            return Optional.of(await(what, operation, answer));
        } catch (TopicsUnavailableException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private <T> T await(String what, AclOperation operation, KafkaFuture<T> answer) {
        try {
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new TopicsUnavailableException(
                    "cannot " + what + ": " + MissingPermission.describe(cause, operation, clientConfig), cause);
        } catch (TimeoutException e) {
            throw new TopicsUnavailableException(
                    "cannot " + what + ": no answer from the brokers within " + timeout.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TopicsUnavailableException("interrupted: " + what, e);
        }
    }
}
