package io.sexton.cli.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sexton.broker.EmbeddedBroker;
import io.sexton.cli.Await;
import io.sexton.cli.Sexton;
import io.sexton.cli.TopicContents;
import io.sexton.deleter.app.DeleterService;
import io.sexton.fold.app.FoldRuntime;
import io.sexton.proto.Namespace;
import io.sexton.service.ExitCode;
import io.sexton.service.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NamespacesIT {

    @TempDir
    private Path dir;

    @Test
    @Tag("long")
    void servicesOfTwoNamespacesOnOneClusterDoNotMeet() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.startTemporary()) {
            Domain a = domain(broker, "a");
            Domain b = domain(broker, "b");
            Path goes = a.write("r1", "1.sst");
            Path stays = b.write("r1", "1.sst");
            Path goesLater = b.write("r1", "2.sst");
            try (FoldRuntime coordinatorA = a.coordinator();
                    FoldRuntime coordinatorB = b.coordinator();
                    FoldRuntime streamsA = a.streams();
                    FoldRuntime streamsB = b.streams();
                    DeleterService deleterA = a.deleter();
                    DeleterService deleterB = b.deleter()) {
                publish(
                        b,
                        Lines.POLICY,
                        Lines.OPENED,
                        Lines.edit(0, 1, "\"added\":[{\"path\":\"1.sst\"},{\"path\":\"2.sst\"}]"));
                publish(
                        a,
                        Lines.POLICY,
                        Lines.OPENED,
                        Lines.edit(0, 1, "\"added\":[{\"path\":\"1.sst\"}]"),
                        Lines.edit(1, 2, "\"removed\":[\"1.sst\"]"));
                Await.until("the file of a is gone", () -> !Files.exists(goes));

                publish(b, Lines.edit(1, 2, "\"removed\":[\"2.sst\"]"));
                Await.until("the file of b is gone", () -> !Files.exists(goesLater));

                assertThat(stays).as("it is live in b").exists();
                assertThat(TopicContents.of(broker.bootstrapServers(), "b.gc.delete-commands"))
                        .filteredOn(record -> new String(record.value(), java.nio.charset.StandardCharsets.ISO_8859_1)
                                .contains("1.sst"))
                        .as("commands of b that name the file that is obsolete in a alone")
                        .isEmpty();
                assertThat(streamsA.isReady() && streamsB.isReady()).isTrue();
                assertThat(coordinatorA.isReady() && coordinatorB.isReady()).isTrue();
                assertThat(deleterA.isReady() && deleterB.isReady()).isTrue();
            }
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
                assertThat(admin.listTopics().names().get())
                        .allMatch(name -> name.startsWith("a.") || name.startsWith("b."));
                assertThat(admin.listGroups().all().get())
                        .extracting(group -> group.groupId())
                        .allMatch(name -> name.startsWith("a.") || name.startsWith("b."));
            }
            Sexton.Run exported =
                    Sexton.run("export", "--namespace", "a", "--bootstrap-server", broker.bootstrapServers());
            assertThat(exported.exitCode()).as(exported.err()).isEqualTo(ExitCode.DONE);
            assertThat(exported.outLines())
                    .as("lines that replay reads, whatever the namespace")
                    .isNotEmpty()
                    .allMatch(line -> line.contains("\"topic\":\"gc.events\""));
        }
    }

    @Test
    void refusesASecondFoldOfOneLog() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.startTemporary()) {
            Domain a = domain(broker, "a");
            try (FoldRuntime streams = a.streams()) {
                Await.until("it runs", streams::isReady);
            }

            assertThatThrownBy(() -> io.sexton.streams.app.StreamsService.start(
                            a.fold("another", "other"),
                            java.time.Duration.ofSeconds(1),
                            io.sexton.streams.topology.ConfiguredPolicies.NONE,
                            new io.micrometer.core.instrument.simple.SimpleMeterRegistry()))
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("a.gc.events is folded under application id 'sexton-streams'")
                    .hasMessageContaining("'another'")
                    .hasMessageNotContaining("\n");
            Sexton.Run recorded = topics(broker, "a", "--streams-application-id", "another");
            assertThat(recorded.exitCode()).isEqualTo(ExitCode.FAILED);
            assertThat(recorded.errLines()).singleElement().asString().contains("'sexton-streams'", "'another'");
            try (FoldRuntime streams = a.streams()) {
                Await.until("the first one runs as before", streams::isReady);
            }
        }
    }

    @Test
    void refusesWhatIsNoNamespace() {
        Sexton.Run run = Sexton.run("topics", "check", "--namespace", "a.b");

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.errLines()).singleElement().asString().contains("--namespace: \"a.b\" is no namespace");
    }

    private Domain domain(EmbeddedBroker broker, String name) throws IOException {
        Sexton.Run run = topics(broker, name);
        assertThat(run.exitCode()).as(run.err()).isZero();
        Path own = Files.createDirectories(dir.resolve(name));
        return new Domain(Namespace.of(name), broker.bootstrapServers(), own, user -> Map.of());
    }

    private static Sexton.Run topics(EmbeddedBroker broker, String namespace, String... more) {
        List<String> words = new java.util.ArrayList<>(List.of(
                "topics",
                "create",
                "--single-broker",
                "--partitions",
                "1",
                "--namespace",
                namespace,
                "--bootstrap-server",
                broker.bootstrapServers()));
        words.addAll(List.of(more));
        return Sexton.run(words.toArray(String[]::new));
    }

    private void publish(Domain domain, String... lines) throws IOException {
        Path file = Files.write(dir.resolve("lines"), List.of(lines));
        Sexton.Run run = Sexton.run(
                "publish",
                file.toString(),
                "--namespace",
                domain.namespace().name(),
                "--bootstrap-server",
                domain.bootstrapServers());
        assertThat(run.exitCode()).as(run.err()).isZero();
    }
}
