package io.sexton.cli.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.broker.EmbeddedBroker;
import io.sexton.cli.Sexton;
import io.sexton.service.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TopicsIT {

    @SuppressWarnings("NullAway.Init") // JUnit calls startBroker first
    private static EmbeddedBroker broker;

    @TempDir
    private Path dir;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.startTemporary();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void makesTheTopicsOnceAndHoldsToTheirNumberOfPartitions() {
        Sexton.Run before = topics("check", "--single-broker");
        assertThat(before.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(before.out()).contains("gc.events does not exist; `sexton topics create` makes it");

        Sexton.Run made = topics(
                "create",
                "--partitions",
                "3",
                "--single-broker",
                "--retention",
                "gc.events=forever",
                "--retention",
                "gc.notices=12h");
        assertThat(made.err()).isEmpty();
        assertThat(made.out()).startsWith("made gc.meta, gc.events, ");
        assertThat(made.exitCode()).isEqualTo(ExitCode.DONE);

        Sexton.Run check = topics("check", "--single-broker");
        assertThat(check.outLines()).containsExactly("the topics are as they must be");
        assertThat(check.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(topics("check").out()).contains("gc.events has replication factor 1, but needs at least 3");

        Sexton.Run again = topics("create", "--partitions", "3", "--single-broker");
        assertThat(again.outLines().getFirst()).isEqualTo("all topics exist already");
        assertThat(again.out()).contains("left as it is: gc.events has retention.ms=-1");
        assertThat(again.exitCode()).isEqualTo(ExitCode.DONE);

        Sexton.Run other = topics("create", "--partitions", "4", "--single-broker");
        assertThat(other.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(other.errLines())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("sexton topics create: ")
                .contains("3 partitions")
                .endsWith("asked for 4");
    }

    @Test
    void reportsWrongSettingsInOneLine() {
        assertUsage("--min-insync", topics("create", "--partitions", "1", "--single-broker", "--replication", "3"));
        assertUsage("partitions: 0 is below 1", topics("create", "--partitions", "0"));
        assertUsage("gc.evnts", topics("create", "--partitions", "1", "--retention", "gc.evnts=1d"));
        assertUsage(
                "'soon' is no length of time", topics("create", "--partitions", "1", "--retention", "gc.events=soon"));
        assertUsage("COMMAND", Sexton.run("topics"));
        assertUsage(
                "no such file",
                topics("check", "--command-config", dir.resolve("none").toString()));
    }

    @Test
    void reportsUnreachableBrokersInOneLine() throws IOException {
        Path hasty = dir.resolve("client.properties");
        Files.writeString(hasty, "default.api.timeout.ms=300\nrequest.timeout.ms=200\n");

        Sexton.Run run = Sexton.run(
                "topics", "check", "--bootstrap-server", "localhost:1", "--command-config", hasty.toString());

        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.errLines()).hasSize(1).first().asString().startsWith("sexton topics check: ");
    }

    private static void assertUsage(String message, Sexton.Run run) {
        assertThat(run.err()).contains(message).doesNotContain("\tat ");
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    }

    private static Sexton.Run topics(String subcommand, String... options) {
        String[] args = new String[options.length + 4];
        args[0] = "topics";
        args[1] = subcommand;
        args[2] = "--bootstrap-server";
        args[3] = broker.bootstrapServers();
        System.arraycopy(options, 0, args, 4, options.length);
        return Sexton.run(args);
    }
}
