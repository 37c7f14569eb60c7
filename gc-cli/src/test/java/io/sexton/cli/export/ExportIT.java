package io.sexton.cli.export;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.broker.EmbeddedBroker;
import io.sexton.cli.Sexton;
import io.sexton.cli.TopicContents;
import io.sexton.cli.lines.JsonLine;
import io.sexton.cli.lines.JsonLinesReader;
import io.sexton.cli.lines.JsonRecord;
import io.sexton.proto.Topics;
import io.sexton.service.ExitCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExportIT {

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
    void printsWhatIsInTheTopicByteForByte() throws Exception {
        makeTopics();
        publishEvents();
        send("r1".getBytes(UTF_8), new byte[] {(byte) 0xff, 0}, false);
        send(null, null, false);
        send("r1".getBytes(UTF_8), "never committed".getBytes(UTF_8), true);

        Sexton.Run run = export();

        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
        List<ConsumerRecord<byte[], byte[]>> there = TopicContents.of(broker.bootstrapServers(), Topics.EVENTS);
        List<JsonRecord> printed = parse(run);
        assertThat(printed).hasSameSizeAs(there).hasSizeGreaterThan(6);
        for (ConsumerRecord<byte[], byte[]> record : there) {
            assertThat(printed).anySatisfy(line -> {
                assertThat(line.partition()).isEqualTo(record.partition());
                assertThat(line.offset()).isEqualTo(record.offset());
                assertThat(line.timestamp()).isEqualTo(Instant.ofEpochMilli(record.timestamp()));
                assertThat(line.key()).isEqualTo(record.key());
                assertThat(line.value()).isEqualTo(record.value());
            });
        }
    }

    @Test
    void printsRecordsThatReplayReads() throws Exception {
        makeTopics();
        publishEvents();
        Path file = Files.writeString(dir.resolve("events.jsonl"), export().out());

        Sexton.Run run = Sexton.run("explain", "--input", file.toString(), "r1", "b");

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
        assertThat(run.out()).contains("OBSOLETE");
    }

    @Test
    void printsThePartitionOfARegionAlone() throws Exception {
        makeTopics();
        publishEvents();

        List<JsonRecord> ofRegion = parse(export("--region", "r1"));
        int partition = ofRegion.getFirst().partition();

        assertThat(ofRegion)
                .allMatch(record -> record.partition() == partition)
                .anyMatch(record -> new String(record.key(), UTF_8).equals("r1"));
        assertThat(parse(export("--partition", Integer.toString(partition)))).hasSameSizeAs(ofRegion);
    }

    @Test
    void reportsRecordsThatKafkaHasDeleted() throws Exception {
        makeTopics();
        publishEvents();
        int partition = parse(export("--region", "r1")).getFirst().partition();
        TopicPartition events = new TopicPartition(Topics.EVENTS, partition);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.deleteRecords(Map.of(events, RecordsToDelete.beforeOffset(2)))
                    .all()
                    .get();
        }

        Sexton.Run run = export("--region", "r1");

        assertThat(run.errLines()).containsExactly(events + " begins at offset 2: Kafka has dropped what was before");
        assertThat(parse(run).getFirst().offset()).isEqualTo(2);
        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
    }

    @Test
    void reportsUnreachableBrokersInOneLine() throws IOException {
        Path hasty = Files.writeString(
                dir.resolve("client.properties"), "default.api.timeout.ms=300\nrequest.timeout.ms=200\n");

        Sexton.Run run =
                Sexton.run("export", "--bootstrap-server", "localhost:1", "--command-config", hasty.toString());

        assertThat(run.errLines()).singleElement().asString().startsWith("sexton export: no answer from localhost:1: ");
        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
    }

    @Test
    void reportsMistakesInOneLine() {
        assertThat(export().errLines())
                .containsExactly("sexton export: there is no topic gc.events; `sexton topics create` makes it");
        makeTopics();
        Sexton.Run beyond = export("--partition", "3");
        assertThat(beyond.errLines()).containsExactly("sexton export: --partition 3: gc.events has partitions 0 to 2");
        assertThat(beyond.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(export("--topic", "gc.meta").errLines())
                .singleElement()
                .asString()
                .startsWith("sexton export: --topic gc.meta: is none of ");
        assertThat(export("--region", "").errLines())
                .singleElement()
                .asString()
                .startsWith("sexton export: --region : ");
    }

    private static List<JsonRecord> parse(Sexton.Run run) throws IOException {
        List<JsonRecord> records = new ArrayList<>();
        try (JsonLinesReader reader =
                new JsonLinesReader(new ByteArrayInputStream(run.out().getBytes(UTF_8)))) {
            for (JsonLine line = reader.next(); line != null; line = reader.next()) {
                records.add(((JsonLine.Entry) line).record());
            }
        }
        return records;
    }

    private void publishEvents() throws IOException {
        Path file = Files.write(
                dir.resolve("lines"),
                List.of(
                        "{\"value\":{\"policySet\":{\"regionGlob\":\"*\",\"policy\":{\"obsoleteLinger\":\"1s\"}}}}",
                        "{\"value\":{\"region\":\"r1\",\"epoch\":\"1\",\"regionOpened\":{\"store\":\"main\",\"root\":\"r1\"}}}",
                        "{\"value\":{\"region\":\"r1\",\"epoch\":\"1\",\"manifestEdit\":{\"version\":\"1\",\"added\":[{\"path\":\"a\"},{\"path\":\"b\"}]}}}",
                        "{\"value\":{\"region\":\"r1\",\"epoch\":\"1\",\"manifestEdit\":{\"baseVersion\":\"1\",\"version\":\"2\",\"removed\":[\"b\"]}}}",
                        "{\"value\":{\"region\":\"r2\",\"epoch\":\"1\",\"regionOpened\":{\"store\":\"main\",\"root\":\"r2\"}}}"),
                UTF_8);
        Sexton.Run run = Sexton.run("publish", file.toString(), "--bootstrap-server", broker.bootstrapServers());
        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    private void send(byte @Nullable [] key, byte @Nullable [] value, boolean abort) throws Exception {
        Map<String, Object> config = Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "t");
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(Topics.EVENTS, key, value)).get();
            if (abort) {
                producer.abortTransaction();
            } else {
                producer.commitTransaction();
            }
        }
    }

    private void makeTopics() {
        Sexton.Run run = Sexton.run(
                "topics",
                "create",
                "--single-broker",
                "--partitions",
                "3",
                "--bootstrap-server",
                broker.bootstrapServers());
        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    private Sexton.Run export(String... options) {
        List<String> arguments = new ArrayList<>(List.of("export", "--bootstrap-server", broker.bootstrapServers()));
        arguments.addAll(List.of(options));
        return Sexton.run(arguments.toArray(String[]::new));
    }
}
