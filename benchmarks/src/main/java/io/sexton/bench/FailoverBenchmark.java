package io.sexton.bench;

import io.sexton.broker.EmbeddedBroker;
import io.sexton.proto.TopicAdmin;
import io.sexton.proto.TopicSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * How long partitions stand still when processes of gc-streams and of the deleter are killed, restarted or added. All
 * are processes of their own, with their defaults, on one embedded broker; two instances of each. For each event: the
 * longest time from a request to gc-streams to its answer, and from a delete command to its report, over all
 * partitions, as a client of the log sees it. Without an event it is what the machine takes anyway.
 *
 * <p>Arguments: rounds (1), seconds of quiet around each event (30).
 */
public final class FailoverBenchmark {
    private static final int PARTITIONS = 8;
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final Path directory;
    private final EmbeddedBroker broker;
    private final Duration quiet;

    private FailoverBenchmark(Path directory, EmbeddedBroker broker, Duration quiet) {
        this.directory = directory;
        this.broker = broker;
        this.quiet = quiet;
    }

    public static void main(String[] args) throws Exception {
        int rounds = Arguments.number(args, 0, 1);
        Path directory = Files.createTempDirectory("sexton-failover");
        try (EmbeddedBroker broker = EmbeddedBroker.startTemporary()) {
            new FailoverBenchmark(directory, broker, Duration.ofSeconds(Arguments.number(args, 1, 30))).run(rounds);
        } finally {
            Directories.delete(directory);
        }
    }

    private void run(int rounds) throws Exception {
        Map<String, Object> client = Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
        try (TopicAdmin topics = new TopicAdmin(client, TIMEOUT)) {
            var unused = topics.create(TopicSettings.singleBroker(PARTITIONS));
        }
        Path store = Files.createDirectories(directory.resolve("store"));
        try (ServiceProcess coordinator = service("coordinator", "coordinator", "");
                ServiceProcess first = streams("streams-1");
                ServiceProcess second = streams("streams-2");
                ServiceProcess deleter = deleter("deleter-1", store);
                ServiceProcess other = deleter("deleter-2", store);
                SilenceProbe probe = new SilenceProbe(client, PARTITIONS, store)) {
            coordinator.start();
            first.start();
            second.start();
            deleter.start();
            other.start();
            probe.awaitAnswers(TIMEOUT);
            for (int round = 1; round <= rounds; round++) {
                measure(round, "nothing", probe, () -> {});
                measure(round, "gc-streams: kill -9 of one of two", probe, second::kill);
                measure(round, "gc-streams: a second instance joins", probe, second::start);
                measure(round, "gc-streams: orderly restart of one of two", probe, () -> {
                    second.stop();
                    second.start();
                });
                measure(round, "deleter: kill -9 of one of two", probe, other::kill);
                measure(round, "deleter: a second instance joins", probe, other::start);
                measure(round, "deleter: orderly restart of one of two", probe, () -> {
                    other.stop();
                    other.start();
                });
            }
        }
    }

    private interface Event {
        void happen() throws Exception;
    }

    private void measure(int round, String what, SilenceProbe probe, Event event) throws Exception {
        Thread.sleep(quiet.toMillis());
        probe.begin();
        event.happen();
        Thread.sleep(quiet.toMillis());
        probe.awaitAnswers(TIMEOUT);
        System.out.printf(
                "round %d, %s: gc-streams silent for at most %.1f s, a report late by at most %.1f s%n",
                round,
                what,
                probe.longestAnswer().toMillis() / 1e3,
                probe.longestReport().toMillis() / 1e3);
    }

    private ServiceProcess streams(String name) throws Exception {
        return service("streams", name, "  state-dir: " + directory.resolve(name) + "\n");
    }

    private ServiceProcess deleter(String name, Path store) throws Exception {
        return service("deleter", name, """
                  instance: %s
                  stores:
                    main:
                      type: local
                      path: %s
                      root-shape: "{region}"
                """.formatted(name, store));
    }

    private ServiceProcess service(String command, String name, String settings) throws Exception {
        String common = "sexton:\n  bootstrap-servers: " + broker.bootstrapServers() + "\n  single-broker: true\n";
        String state = command.equals("coordinator") ? "  state-dir: " + directory.resolve(name) + "\n" : "";
        Path file = Files.writeString(directory.resolve(name + ".yaml"), common + state + settings);
        return new ServiceProcess(command, file, directory.resolve(name + ".log"));
    }
}
