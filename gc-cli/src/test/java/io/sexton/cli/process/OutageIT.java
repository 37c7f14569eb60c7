package io.sexton.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.broker.BrokerSettings;
import io.sexton.cli.FreePort;
import io.sexton.cli.Sexton;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker process that is killed: what each service reports of it, by its readiness and in its log. */
@Tag("long")
final class OutageIT {
    private static final List<String> SERVICES = List.of("streams", "coordinator", "deleter");

    private static final Duration NOTICED = Duration.ofSeconds(30);
    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    /** A line of the outage, in the log format of the services. */
    private static final Pattern OUTAGE = Pattern.compile(
            "\\S+ \\S+ (?<level>WARN |INFO ) BrokerSilence +(no broker of .* has answered for|the brokers answer again"
                    + " after) (?<seconds>\\d+) s: .*");

    @TempDir
    private Path dir;

    private final int port = FreePort.next();
    private final int controllerPort = FreePort.next();
    private JavaProcess broker;
    private Deployment deployment;

    @BeforeEach
    void start() throws Exception {
        BrokerSettings.format(dir.resolve("broker"), Uuid.randomUuid().toString(), 0);
        startBroker();
        Path store = Files.createDirectories(dir.resolve("store"));
        deployment = new Deployment(dir, "127.0.0.1:" + port, Map.of("main", store));
        deployment.makeTopics(4);
        SERVICES.forEach(service -> deployment.start(service, service));
        deployment.awaitReady(SERVICES.toArray(String[]::new));
    }

    @AfterEach
    void stop() {
        deployment.close();
        broker.close();
    }

    @Test
    void readinessAndLogsFollowTheBroker() throws Exception {
        Path garbage = Files.createFile(
                Files.createDirectories(dir.resolve("store/r1")).resolve("a"));
        publishWorkThatFallsDueInTheOutage();
        Map<String, Integer> before = new HashMap<>();
        SERVICES.forEach(
                service -> before.put(service, deployment.output(service).length()));

        broker.kill();
        long killed = System.nanoTime();

        SERVICES.forEach(service -> deployment.await(service + " is not ready", () -> !deployment.isReady(service)));
        assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(NOTICED);
        SERVICES.forEach(service -> deployment.await(
                service + " reports once more after a minute",
                () -> deployment.output(service).split("has answered for", -1).length > 2));
        startBroker();
        deployment.awaitReady(SERVICES.toArray(String[]::new));
        SERVICES.forEach(service -> deployment.await(
                service + " reports the end", () -> deployment.output(service).contains("the brokers answer again")));
        deployment.await("what fell due meanwhile is deleted", () -> !Files.exists(garbage));

        for (String service : SERVICES) {
            List<String> outage = deployment
                    .output(service)
                    .substring(Objects.requireNonNull(before.get(service)))
                    .lines()
                    .toList();
            requireOneBeginOneEndAndAMinuteBetween(service, outage);
            // Before the outage was certain, a request that failed may have been reported.
            assertThat(outage)
                    .as(service)
                    .filteredOn(line -> !OUTAGE.matcher(line).matches() && !line.contains("command "))
                    .hasSizeLessThan(2);
        }
    }

    private static void requireOneBeginOneEndAndAMinuteBetween(String service, List<String> lines) {
        List<MatchResult> outage = lines.stream()
                .map(OUTAGE::matcher)
                .filter(Matcher::matches)
                .map(Matcher::toMatchResult)
                .toList();
        assertThat(outage).as(service).hasSizeGreaterThan(2);
        List<Long> seconds = new ArrayList<>();
        for (MatchResult line : outage.subList(0, outage.size() - 1)) {
            assertThat(line.group("level")).as(line.group()).isEqualTo("WARN ");
            seconds.add(Long.parseLong(line.group("seconds")));
        }
        assertThat(outage.getLast().group("level")).as(outage.getLast().group()).isEqualTo("INFO ");
        assertThat(seconds.getFirst()).as(service).isLessThan(NOTICED.toSeconds());
        for (int i = 1; i < seconds.size(); i++) {
            // Both are whole seconds of a time since the last answer.
            assertThat(seconds.get(i) - seconds.get(i - 1))
                    .as("%s: %s", service, seconds)
                    .isGreaterThanOrEqualTo(59);
        }
    }

    @Test
    void logsHaveNoStackTracesOfWhatIsKilled() {
        for (String service : SERVICES) {
            deployment.start(service, service + "-2");
        }
        for (String service : SERVICES) {
            deployment.awaitReady(service + "-2");
            deployment.kill(service);
            deployment.start(service, service);
            deployment.awaitReady(service);
        }
        broker.kill();
        SERVICES.forEach(service -> deployment.await(service + " is not ready", () -> !deployment.isReady(service)));
        SERVICES.forEach(service -> deployment.kill(service + "-2"));
        startBroker();
        for (String service : SERVICES) {
            deployment.start(service, service + "-2");
            deployment.awaitReady(service, service + "-2");
        }

        for (String service : SERVICES) {
            for (String instance : List.of(service, service + "-2")) {
                assertThat(deployment.output(instance).lines())
                        .as(instance)
                        .noneMatch(line -> line.startsWith("\tat ") || line.startsWith("Caused by:"));
            }
        }
    }

    private void publishWorkThatFallsDueInTheOutage() throws IOException {
        Path lines = Files.write(
                dir.resolve("lines"),
                List.of(
                        "{\"value\":{\"policySet\":{\"policy\":{\"obsoleteLinger\":\"20s\"}}}}",
                        "{\"value\":{\"region\":\"r1\",\"epoch\":1,\"regionOpened\":{\"store\":\"main\",\"root\":\"r1\"}}}",
                        "{\"value\":{\"region\":\"r1\",\"epoch\":1,\"manifestEdit\":{\"baseVersion\":0,\"version\":1,"
                                + "\"added\":[{\"path\":\"a\"}]}}}",
                        "{\"value\":{\"region\":\"r1\",\"epoch\":1,\"manifestEdit\":{\"baseVersion\":1,\"version\":2,"
                                + "\"removed\":[\"a\"]}}}"));
        Sexton.Run published = Sexton.run("publish", lines.toString(), "--bootstrap-server", "127.0.0.1:" + port);
        assertThat(published.exitCode()).as(published.err()).isZero();
    }

    /**
     * Starts the broker before a service, because a service that is started before may end; that is not examined here.
     */
    private void startBroker() {
        try {
            Path settings = dir.resolve("broker.properties");
            Properties properties = new Properties();
            properties.putAll(BrokerSettings.small(dir.resolve("broker"), 0, 1));
            properties.put(
                    "listeners",
                    BrokerSettings.CLIENTS + "://127.0.0.1:" + port + "," + BrokerSettings.CONTROLLERS + "://127.0.0.1:"
                            + controllerPort);
            properties.put("controller.quorum.voters", "0@127.0.0.1:" + controllerPort);
            try (Writer file = Files.newBufferedWriter(settings)) {
                properties.store(file, null);
            }
            String logging = Objects.requireNonNull(OutageIT.class.getResource("/chaos/logback-broker.xml"))
                    .getPath();
            broker = JavaProcess.start(
                    dir.resolve("broker.log"),
                    Surroundings.PLAIN.with("-Dlogback.configurationFile=" + logging),
                    "kafka.Kafka",
                    settings.toString());
            awaitBroker();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void awaitBroker() {
        Map<String, Object> client =
                Map.of("bootstrap.servers", "127.0.0.1:" + port, "default.api.timeout.ms", (int) TIMEOUT.toMillis());
        try (Admin admin = Admin.create(client)) {
            assertThat(admin.describeCluster().nodes().get()).hasSize(1);
        } catch (ExecutionException e) {
            throw new AssertionError("the broker does not answer:\n" + broker.output(), e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
