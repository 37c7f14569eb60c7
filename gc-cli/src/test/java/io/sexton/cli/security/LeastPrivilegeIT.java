package io.sexton.cli.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.sexton.cli.Await;
import io.sexton.cli.Sexton;
import io.sexton.client.SextonClient;
import io.sexton.client.locks.LockOptions;
import io.sexton.client.locks.RegionLock;
import io.sexton.client.pins.PinOptions;
import io.sexton.client.pins.PinTarget;
import io.sexton.client.pins.ReaderPin;
import io.sexton.deleter.app.DeleterService;
import io.sexton.fold.app.FoldRuntime;
import io.sexton.proto.Grants;
import io.sexton.proto.Namespace;
import io.sexton.proto.RegionId;
import io.sexton.service.ExitCode;
import io.sexton.service.LogCheck;
import io.sexton.service.StartupException;
import io.sexton.service.log.OutageFilter;
import io.sexton.v1.LockMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * All services, a client and `publish` on a broker that authenticates and authorizes, with exactly the ACLs that
 * `sexton acls` prints; then each ACL is removed in turn (field case c12).
 */
@Tag("long")
final class LeastPrivilegeIT {

    private static final String NAMESPACE = "prod";
    private static final List<String> PARTS =
            List.of("streams", "coordinator", "deleter", "leader", "reader", "operator", "auditor", "administrator");

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @TempDir
    private Path dir;

    private final Warnings warnings = new Warnings();
    private SecuredCluster cluster;
    private Domain domain;
    private long version;

    @BeforeEach
    void start() throws Exception {
        warnings.start();
        ((Logger) LoggerFactory.getLogger("io.sexton")).addAppender(warnings);
        cluster = SecuredCluster.start(dir, Set.copyOf(PARTS));
        for (String part : PARTS) {
            cluster.grant(acls(part));
        }
        domain = new Domain(Namespace.of(NAMESPACE), cluster.bootstrapServers(), dir, cluster::security);
        Sexton.Run made = command("administrator", "topics", "create", "--single-broker", "--partitions", "1");
        assertThat(made.exitCode()).as(made.err()).isZero();
    }

    @AfterEach
    void stop() {
        ((Logger) LoggerFactory.getLogger("io.sexton")).detachAppender(warnings);
        cluster.close();
    }

    @Test
    void worksWithExactlyThoseAclsAndNamesEachOneThatIsTakenAway() throws Exception {
        try (FoldRuntime coordinator = domain.coordinator();
                FoldRuntime streams = domain.streams();
                DeleterService deleter = domain.deleter()) {
            publish(Lines.POLICY, Lines.OPENED);
            requireDeletion();
            useTheClient();
            assertThat(command("operator", "topics", "check", "--single-broker").exitCode())
                    .isEqualTo(ExitCode.DONE);
            assertThat(command("auditor", "export").outLines()).isNotEmpty();

            interrupt(acl("streams", AclOperation.WRITE, "prod.gc.events"));
            for (AclBinding acl : List.of(
                    acl("deleter", AclOperation.WRITE, "prod.gc.events"),
                    acl("deleter", AclOperation.READ, "prod.gc.delete-commands"),
                    acl("deleter", AclOperation.READ, "prod.sexton-deleter"),
                    acl("deleter", AclOperation.WRITE, "prod.sexton-deleter-"),
                    acl("deleter", AclOperation.WRITE, "prod.gc.lock-requests"),
                    acl("deleter", AclOperation.READ, "prod.gc.lock-events"))) {
                interrupt(acl);
            }
            assertThat(streams.failure()).isNotDone();
            assertThat(deleter.failure()).isNotDone();

            assertThat(coordinator.failure()).isNotDone();
        }
        List<Path> waiting = new ArrayList<>();
        waiting.add(stop(domain::streams, acl("streams", AclOperation.READ, "prod.gc.events")));
        waiting.add(stop(domain::streams, acl("streams", AclOperation.WRITE, "prod.gc.delete-commands")));
        waiting.add(stop(domain::coordinator, acl("coordinator", AclOperation.READ, "prod.gc.lock-requests")));
        refuseToStart("streams", domain::streams);
        refuseToStartWithoutItsChangelogs();
        refuseToStart("coordinator", domain::coordinator);
        refuseToStart("deleter", domain::deleter);
        refuseToPublish();

        try (FoldRuntime coordinator = domain.coordinator();
                FoldRuntime streams = domain.streams();
                DeleterService deleter = domain.deleter()) {
            requireDeletion();
            Await.until("nothing was lost", () -> waiting.stream().noneMatch(Files::exists));
            assertThat(List.of(coordinator.isReady(), streams.isReady(), deleter.isReady()))
                    .containsOnly(true);
        }
    }

    /**
     * A fold that commits before it fetches meets a removed READ in its transaction, where Kafka's producer throws
     * neither an {@link org.apache.kafka.common.errors.AuthorizationException} nor the topic's name.
     */
    @Test
    void namesTheAclWhoseRemovalFailsACommit() throws Exception {
        AclBinding read = acl("streams", AclOperation.READ, "prod.gc.events");
        cluster.takeAway(read);
        Map<String, Object> client = cluster.client("streams");
        LogCheck check =
                new LogCheck(client, domain.namespace(), Grants.streams(domain.namespace(), "prod.sexton-streams"));
        Map<String, Object> config = new HashMap<>(client);
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "prod.sexton-streams-1");
        config.put(ConsumerConfig.GROUP_ID_CONFIG, "prod.sexton-streams");
        try (Producer<byte[], byte[]> producer =
                        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
                Consumer<byte[], byte[]> consumer =
                        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            assertThatThrownBy(() -> {
                        producer.sendOffsetsToTransaction(
                                Map.of(new TopicPartition("prod.gc.events", 0), new OffsetAndMetadata(0)),
                                consumer.groupMetadata());
                        producer.commitTransaction();
                    })
                    .isExactlyInstanceOf(KafkaException.class)
                    .hasMessageNotContaining("gc.events")
                    .satisfies(failure -> assertThat(check.refusal(new StreamsException("a commit", failure)))
                            .hasValueSatisfying(line ->
                                    assertThat(names(line, read)).as(line).isTrue()));
        }
    }

    /**
     * Removes an ACL of a service that continues by itself: one line names what is missing, and the work is done once
     * the ACL exists again.
     */
    private void interrupt(AclBinding acl) throws Exception {
        // The deleter keeps a lock for a while: then it would need no request, and no answer.
        takeTheLock();
        warnings.begin();
        cluster.takeAway(acl);
        Path file = makeObsolete();
        Await.until("a line names " + acl, () -> !warnings.naming(acl).isEmpty());
        assertThat(file).exists();
        cluster.grant(List.of(acl));
        Await.until("the file is gone after the return of " + acl, () -> !Files.exists(file));
        assertThat(warnings.naming(acl)).as("lines that name %s", acl).hasSize(1);
    }

    /** Removes an ACL of a fold, which stops with one line that names what is missing; the file is kept. */
    private Path stop(Supplier<FoldRuntime> service, AclBinding acl) throws Exception {
        try (FoldRuntime fold = service.get()) {
            Await.until(acl.entry().principal() + " is ready", fold::isReady);
            cluster.takeAway(acl);
            Path file = makeObsolete();
            Await.until("stops without " + acl, () -> fold.failure().isDone());
            assertThat(String.valueOf(fold.failure().join().getMessage()))
                    .satisfies(line -> assertThat(names(line, acl)).as(line).isTrue())
                    .doesNotContain("\n");
            return file;
        } finally {
            cluster.grant(List.of(acl));
        }
    }

    private void refuseToStart(String part, Supplier<? extends AutoCloseable> service) throws Exception {
        for (AclBinding acl : acls(part)) {
            if (acl.entry().operation() == AclOperation.CREATE) {
                continue; // The changelogs exist already; nothing requests this any more.
            }
            cluster.takeAway(acl);
            assertThatThrownBy(() -> service.get().close())
                    .as("%s is missing", acl)
                    .isInstanceOf(StartupException.class)
                    .satisfies(refused -> assertThat(names(String.valueOf(refused.getMessage()), acl))
                            .as("%s names %s", refused.getMessage(), acl)
                            .isTrue())
                    .hasMessageNotContaining("\n")
                    .hasMessageNotContaining("lost:")
                    .hasMessageNotContaining("delete the group");
            cluster.grant(List.of(acl));
        }
    }

    /**
     * Verifies case c12: topics that may not be described are not lost, and no operator should delete a group because
     * of it.
     */
    private void refuseToStartWithoutItsChangelogs() throws Exception {
        List<AclBinding> all = acls("streams").stream()
                .filter(acl -> acl.pattern().resourceType() == ResourceType.TOPIC
                        && acl.pattern().patternType() == PatternType.PREFIXED)
                .toList();
        assertThat(all).hasSize(3);
        for (AclBinding acl : all) {
            cluster.takeAway(acl);
        }
        assertThatThrownBy(() -> domain.streams().close())
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("User:streams lacks DESCRIBE on topic 'prod.sexton-streams-")
                .hasMessageContaining("must stay as they are")
                .hasMessageNotContaining("delete the group")
                .hasMessageNotContaining("\n");
        cluster.grant(all);
    }

    private void refuseToPublish() throws Exception {
        AclBinding acl = acl("operator", AclOperation.WRITE, "prod.gc.events");
        cluster.takeAway(acl);
        Sexton.Run run = command("operator", "publish", lines(Lines.POLICY));
        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.errLines()).anyMatch(line -> names(line, acl));
        cluster.grant(List.of(acl));
    }

    private static boolean names(String line, AclBinding acl) {
        String resource = acl.pattern().resourceType() == ResourceType.TRANSACTIONAL_ID
                ? "transactional id"
                : acl.pattern().resourceType().name().toLowerCase(Locale.ROOT);
        return line.contains(acl.entry().principal() + " lacks")
                && line.contains("lacks " + acl.entry().operation() + " on " + resource)
                && line.contains(acl.pattern().name());
    }

    private void useTheClient() throws Exception {
        RegionId region = RegionId.of("r1");
        try (SextonClient leader = client("leader")) {
            leader.publisher().awaitFolded(region, TIMEOUT);
        }
        takeTheLock();
        try (SextonClient reader = client("reader");
                ReaderPin pin = reader.pins()
                        .pin(
                                region,
                                PinTarget.atVersion(version),
                                PinOptions.ttl(TIMEOUT).maxWait(TIMEOUT))) {
            assertThat(pin.held()).isPresent();
        }
    }

    private void takeTheLock() throws Exception {
        LockOptions options =
                LockOptions.of(LockMode.EXCLUSIVE, "migration", TIMEOUT).maxWait(TIMEOUT);
        try (SextonClient leader = client("leader");
                RegionLock lock = leader.locks().acquire(RegionId.of("r1"), options)) {
            assertThat(lock.isHeld()).isTrue();
        }
    }

    private SextonClient client(String user) {
        SextonClient.Builder builder =
                SextonClient.builder(cluster.bootstrapServers()).name(user).namespace(NAMESPACE);
        cluster.security(user).forEach(builder::kafka);
        return builder.build();
    }

    private void requireDeletion() throws Exception {
        Path file = makeObsolete();
        Await.until(file + " is gone", () -> !Files.exists(file));
    }

    private Path makeObsolete() throws Exception {
        String name = version + ".sst";
        Path file = domain.write("r1", name);
        publish(
                Lines.edit(version, version + 1, "\"added\":[{\"path\":\"" + name + "\"}]"),
                Lines.edit(version + 1, version + 2, "\"removed\":[\"" + name + "\"]"));
        version += 2;
        return file;
    }

    private void publish(String... lines) throws Exception {
        Sexton.Run run = command("operator", "publish", lines(lines));
        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    private String lines(String... lines) throws IOException {
        return Files.write(dir.resolve("lines"), List.of(lines)).toString();
    }

    private Sexton.Run command(String user, String... words) throws Exception {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of(
                "--namespace",
                NAMESPACE,
                "--bootstrap-server",
                cluster.bootstrapServers(),
                "--command-config",
                cluster.commandConfig(user)));
        return Sexton.run(all.toArray(String[]::new));
    }

    private List<AclBinding> acls(String part) {
        return cluster.printed("--namespace", NAMESPACE, "--" + part, "User:" + part);
    }

    private AclBinding acl(String part, AclOperation operation, String name) {
        return acls(part).stream()
                .filter(acl -> acl.entry().operation() == operation
                        && acl.pattern().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** The lines that the services log, as far as an operator sees them. */
    private static final class Warnings extends AppenderBase<ILoggingEvent> {
        private final Queue<String> lines = new ConcurrentLinkedQueue<>();

        /** Begins anew, as a process that has not logged a line lately. */
        void begin() {
            clearAllFilters();
            lines.clear();
            addFilter(new OutageFilter());
        }

        List<String> naming(AclBinding acl) {
            return lines.stream().filter(line -> names(line, acl)).toList();
        }

        @Override
        protected void append(ILoggingEvent event) {
            String cause = event.getThrowableProxy() == null
                    ? ""
                    : " " + event.getThrowableProxy().getMessage();
            lines.add(event.getFormattedMessage() + cause);
        }
    }
}
