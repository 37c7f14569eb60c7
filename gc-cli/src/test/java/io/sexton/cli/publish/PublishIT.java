package io.sexton.cli.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.broker.EmbeddedBroker;
import io.sexton.cli.Sexton;
import io.sexton.cli.TopicContents;
import io.sexton.proto.Topics;
import io.sexton.service.ExitCode;
import io.sexton.v1.LockRequest;
import io.sexton.v1.RegionEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PublishIT {

    private static final int PARTITIONS = 3;

    @TempDir
    private Path dir;

    @SuppressWarnings("NullAway.Init") // JUnit calls startBroker first
    private EmbeddedBroker broker;

    @BeforeEach
    void startBroker() {
        broker = EmbeddedBroker.startTemporary();
    }

    @AfterEach
    void stopBroker() {
        broker.close();
    }

    @Test
    void publishesWhatTheFoldsCanApplyAndReportsTheRestLineByLine() throws Exception {
        makeTopics();

        Sexton.Run run = publish(
                "{\"key\":\"r1\",\"value\":{\"region\":\"r1\",\"writeFailed\":{\"paths\":[\"a\"]}}}",
                "{\"value\":{\"region\":\"r1\",\"writeFailed\":{\"paths\":[\"b\"]}},\"timestamp\":\"2020-01-01T00:00:00Z\","
                        + "\"partition\":17}",
                "{\"value\":{\"region\":\"r1\",\"writeFailed\":{\"paths\":[\"../c\"]}}}",
                "{\"key\":\"r2\",\"value\":{\"region\":\"r1\",\"regionDropped\":{}}}",
                "{\"key\":\"r1\",\"valueBase64\":\"/w==\"}",
                "{\"key\":\"r1\",\"value\":null}",
                "{\"value\":{\"region\":\"r1\",\"regionRenamed\":{}}}",
                "nonsense",
                "{\"value\":{\"tick\":{\"wallClock\":\"2026-01-01T00:00:00Z\",\"ticker\":\"t\",\"uptime\":\"1s\"}}}",
                "{\"value\":{\"policySet\":{\"regionGlob\":\"*\",\"policy\":{\"obsoleteLinger\":\"1s\"}}}}",
                "{\"value\":{\"policySet\":{\"regionGlob\":\"*\",\"policy\":{\"filePattern\":\"[\"}}}}",
                "{\"topic\":\"gc.delete-commands\",\"key\":\"r1\",\"value\":{}}",
                "{\"topic\":\"gc.lock-requests\",\"value\":{\"region\":\"r1\",\"owner\":\"o\",\"requestId\":\"1\","
                        + "\"acquire\":{\"mode\":\"SHARED\",\"lease\":\"10s\"}}}",
                "{\"topic\":\"gc.lock-requests\",\"value\":{\"region\":\"r1\",\"owner\":\"o\",\"acquire\":{}}}");

        assertThat(run.outLines()).containsExactly("published 4 lines, passed over 1 ticks");
        assertThat(run.errLines().stream().map(line -> line.replaceFirst(".*: line ", "")))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("3 is no valid event: write_failed.paths[0]: "),
                        line -> assertThat(line).startsWith("4 is no valid event: region: "),
                        line -> assertThat(line).startsWith("5 has a value that is not what gc.events carries"),
                        line -> assertThat(line).startsWith("6 has no value"),
                        line -> assertThat(line).startsWith("7 has a value that is not what gc.events carries: "),
                        line -> assertThat(line).startsWith("8 is not JSON"),
                        line -> assertThat(line).startsWith("11 is no valid event: policy_set.policy.file_pattern: "),
                        line -> assertThat(line).startsWith("12 is for gc.delete-commands, which only Sexton's"),
                        line -> assertThat(line).startsWith("14 is no valid lock request: "),
                        line -> assertThat(line).endsWith("9 of 14 lines cannot be used"));
        assertThat(run.exitCode()).isEqualTo(ExitCode.PARTLY);

        List<ConsumerRecord<byte[], byte[]>> events = contents(Topics.EVENTS);
        assertThat(events.stream().filter(record -> isOf("r1", record)).map(PublishIT::path))
                .as("in their order")
                .containsExactly("a", "b");
        assertThat(events.stream().filter(record -> isOf("r1", record)).map(ConsumerRecord::timestamp))
                .as("stamped by the broker")
                .allMatch(timestamp -> timestamp > 1_700_000_000_000L);
        assertThat(events.stream().filter(record -> isOf("", record)).map(ConsumerRecord::partition))
                .as("the policy is on every partition")
                .containsExactlyInAnyOrder(0, 1, 2);
        assertThat(contents(Topics.LOCK_REQUESTS))
                .singleElement()
                .satisfies(record -> assertThat(
                                LockRequest.parseFrom(record.value()).getOwner())
                        .isEqualTo("o"));
        assertThat(contents(Topics.DELETE_COMMANDS)).isEmpty();
    }

    @Test
    void publishesEveryLineOfAGoodFile() throws IOException {
        makeTopics();
        String[] lines = new String[2_000];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = "{\"value\":{\"region\":\"r" + i % 7 + "\",\"writeFailed\":{\"paths\":[\"" + i + "\"]}}}";
        }

        Sexton.Run run = publish(lines);

        assertThat(run.errLines()).as("nothing but progress").allMatch(line -> line.contains(" lines read in "));
        assertThat(run.outLines()).containsExactly("published 2,000 lines");
        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
        List<ConsumerRecord<byte[], byte[]>> events = contents(Topics.EVENTS);
        assertThat(events).hasSize(2_000);
        for (int region = 0; region < 7; region++) {
            String key = "r" + region;
            assertThat(events.stream()
                            .filter(record -> isOf(key, record))
                            .map(record -> Integer.parseInt(path(record))))
                    .isSorted();
        }
    }

    @Test
    void reportsARecordThatIsTooLargeAndContinues() throws IOException {
        makeTopics();
        String tooMany = "\"" + "x".repeat(1_000) + "\",";

        Sexton.Run run = publish(
                "{\"value\":{\"region\":\"r1\",\"writeFailed\":{\"paths\":[" + tooMany.repeat(1_500) + "\"a\"]}}}",
                "{\"value\":{\"region\":\"r1\",\"writeFailed\":{\"paths\":[\"b\"]}}}");

        assertThat(run.outLines()).containsExactly("published 1 lines");
        assertThat(run.errLines().getFirst()).contains(": line 1 is not acknowledged: ");
        assertThat(run.exitCode()).isEqualTo(ExitCode.PARTLY);
    }

    @Test
    void reportsMissingTopicsInOneLine() throws IOException {
        Sexton.Run run = publish("{\"value\":{\"region\":\"r1\",\"regionDropped\":{}}}");

        assertThat(run.errLines())
                .containsExactly("sexton publish: the topics do not exist; `sexton topics create` makes them");
        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
    }

    @Test
    void reportsUnreachableBrokersInOneLine() throws IOException {
        Path hasty = dir.resolve("client.properties");
        Files.writeString(hasty, "default.api.timeout.ms=300\nrequest.timeout.ms=200\n");
        // The brokers are needed from the first record on.
        Path file = Files.writeString(
                dir.resolve("lines"), "{\"value\":{\"region\":\"r1\",\"writeFailed\":{\"paths\":[\"a\"]}}}\n");

        Sexton.Run run = Sexton.run(
                "publish", file.toString(), "--bootstrap-server", "localhost:1", "--command-config", hasty.toString());

        assertThat(run.errLines())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("sexton publish: no answer from localhost:1: ");
        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
    }

    private void makeTopics() {
        Sexton.Run run = Sexton.run(
                "topics",
                "create",
                "--single-broker",
                "--partitions",
                Integer.toString(PARTITIONS),
                "--bootstrap-server",
                broker.bootstrapServers());
        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    private Sexton.Run publish(String... lines) throws IOException {
        Path file = dir.resolve("lines");
        Files.write(file, List.of(lines), UTF_8);
        return Sexton.run("publish", file.toString(), "--bootstrap-server", broker.bootstrapServers());
    }

    private List<ConsumerRecord<byte[], byte[]>> contents(String topic) {
        return TopicContents.of(broker.bootstrapServers(), topic);
    }

    private static boolean isOf(String region, ConsumerRecord<byte[], byte[]> record) {
        byte @Nullable [] key = record.key();
        return key != null && new String(key, UTF_8).equals(region);
    }

    private static String path(ConsumerRecord<byte[], byte[]> record) {
        try {
            return RegionEvent.parseFrom(record.value()).getWriteFailed().getPaths(0);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
