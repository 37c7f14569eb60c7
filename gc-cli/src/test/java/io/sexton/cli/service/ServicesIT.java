package io.sexton.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.broker.EmbeddedBroker;
import io.sexton.cli.Await;
import io.sexton.cli.FreePort;
import io.sexton.cli.Sexton;
import io.sexton.cli.TopicContents;
import io.sexton.proto.Topics;
import io.sexton.service.ExitCode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServicesIT {

    @SuppressWarnings("NullAway.Init") // JUnit calls startBroker first
    private static EmbeddedBroker broker;

    @TempDir
    private Path dir;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.startTemporary();
        Sexton.Run run = Sexton.run(
                "topics",
                "create",
                "--single-broker",
                "--partitions",
                "1",
                "--bootstrap-server",
                broker.bootstrapServers());
        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void runsUntilItIsStoppedAndReportsItsHealth() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (String command : List.of("streams", "coordinator")) {
                int port = FreePort.next();
                Path config = config(command, "  operations: {port: " + port + "}");
                InThread service = new InThread(command, "--config", config.toString());

                Await.until(command + " is ready", () -> status(http, port, "/health/ready") == 200);
                assertThat(status(http, port, "/health/live")).isEqualTo(200);
                assertThat(status(http, port, "/metrics")).isEqualTo(200);
                Sexton.Run run = service.interrupt();

                assertThat(run.err()).isEmpty();
                assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
                assertThat(status(http, port, "/health/live"))
                        .as("it has stopped")
                        .isZero();
            }
        }
    }

    @Test
    void decidesWhatIsPublished() throws Exception {
        InThread streams =
                new InThread("streams", "--config", config("decides", "").toString());
        Path lines = Files.write(
                dir.resolve("lines"),
                List.of(
                        "{\"value\":{\"policySet\":{\"policy\":{\"obsoleteLinger\":\"1s\"}}}}",
                        "{\"value\":{\"region\":\"r1\",\"epoch\":1,\"regionOpened\":{\"store\":\"main\",\"root\":\"r1\"}}}",
                        "{\"value\":{\"region\":\"r1\",\"epoch\":1,\"manifestEdit\":{\"baseVersion\":0,\"version\":1,"
                                + "\"added\":[{\"path\":\"a\"}]}}}",
                        "{\"value\":{\"region\":\"r1\",\"epoch\":1,\"manifestEdit\":{\"baseVersion\":1,\"version\":2,"
                                + "\"removed\":[\"a\"]}}}"));

        Sexton.Run published = Sexton.run("publish", lines.toString(), "--bootstrap-server", broker.bootstrapServers());

        assertThat(published.exitCode()).as(published.err()).isZero();
        Await.until(
                "the file is condemned",
                () -> !TopicContents.of(broker.bootstrapServers(), Topics.DELETE_COMMANDS)
                        .isEmpty());
        assertThat(streams.interrupt().exitCode()).isEqualTo(ExitCode.DONE);

        Sexton.Run verified =
                Sexton.run("replay", "--input", exported(Topics.EVENTS), "--verify", exported(Topics.DELETE_COMMANDS));
        assertThat(verified.out())
                .isEqualToIgnoringNewLines(
                        "1 commands and notices follow from the log as they were emitted; 0 do not agree");
        assertThat(verified.exitCode()).as(verified.err()).isEqualTo(ExitCode.DONE);
    }

    private String exported(String topic) throws IOException {
        Sexton.Run run = Sexton.run("export", "--topic", topic, "--bootstrap-server", broker.bootstrapServers());
        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
        return Files.writeString(dir.resolve(topic), run.out()).toString();
    }

    @Test
    void refusesAConfigurationInOneLineThatNamesTheKey() throws IOException {
        assertUsage("state-dir", Files.writeString(dir.resolve("a"), "sexton:\n  bootstrap-servers: localhost:1\n"));
        assertUsage("tick-intervall", config("b", "  tick-intervall: 1s"));
        assertUsage("soon", config("c", "  tick-interval: soon"));
        assertUsage("no-such-file", dir.resolve("no-such-file"));
    }

    @Test
    void doesNotRunOnALogThatWouldBreakAPromise() throws IOException {
        Path config = config("d", "  single-broker: false");

        Sexton.Run run = Sexton.run("streams", "--config", config.toString());

        assertThat(run.errLines())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("sexton streams: ")
                .contains("replication factor 1");
        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
    }

    private static void assertUsage(String key, Path config) {
        Sexton.Run run = Sexton.run("streams", "--config", config.toString());
        assertThat(run.errLines())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("sexton streams: ")
                .contains(key);
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    }

    private Path config(String name, String more) throws IOException {
        String singleBroker = more.contains("single-broker") ? "" : "  single-broker: true\n";
        return Files.writeString(
                dir.resolve(name + ".yaml"),
                "sexton:\n  bootstrap-servers: " + broker.bootstrapServers() + "\n  state-dir: "
                        + dir.resolve(name + "-state") + "\n" + singleBroker + more + "\n");
    }

    /** Returns the status; 0 without a response. */
    private static int status(HttpClient http, int port, String path) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** A command that runs until it is interrupted. */
    private static final class InThread {
        private final CompletableFuture<Sexton.Run> run = new CompletableFuture<>();
        private final Thread thread;

        InThread(String... args) {
            thread = new Thread(() -> run.complete(Sexton.run(args)), String.join(" ", args));
            thread.start();
        }

        Sexton.Run interrupt() {
            thread.interrupt();
            Await.until(thread.getName() + " has stopped", run::isDone);
            return run.join();
        }
    }
}
