package io.sexton.cli.export;

import io.sexton.cli.Progress;
import io.sexton.cli.kafka.KafkaOptions;
import io.sexton.cli.lines.JsonLinesWriter;
import io.sexton.cli.lines.JsonRecord;
import io.sexton.proto.MissingPermission;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.service.CommandFailure;
import io.sexton.service.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The {@code sexton export} command. */
@Command(
        name = "export",
        header = "Prints a topic as JSON lines.",
        description = {
            "Prints what is committed in a topic by now, one partition after the other, each record with its offset and"
                    + " append time: what sexton replay and sexton explain read.",
            "",
            "docs/json-lines.md describes the format. A record that is no message is printed too, its bytes in Base64."
                    + " Records that Kafka has deleted since are missing; where a partition lacks its beginning, a warning"
                    + " goes to standard error."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:everything is printed",
            "2:the command line is wrong",
            "3:the brokers do not answer, the topic does not exist, or the output cannot be written"
        })
public final class ExportCommand implements Callable<Integer> {

    /** Upper bound on the brokers' delay of the next records. */
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private static final Duration POLL = Duration.ofSeconds(1);

    /** The selected partitions; all by default. */
    static final class Which {
        @Option(names = "--partition", paramLabel = "N", required = true, description = "Only this partition.")
        private @Nullable Integer partition;

        @Option(
                names = "--region",
                paramLabel = "REGION",
                required = true,
                description =
                        "Only the partition of this region, with all else that is in it: ticks and policies count.")
        private @Nullable String region;
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final KafkaOptions kafka = new KafkaOptions();

    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            defaultValue = Topics.EVENTS,
            description = "One of Sexton's topics, without the namespace. Default: ${DEFAULT-VALUE}.")
    private String topic = Topics.EVENTS;

    @ArgGroup
    private @Nullable Which which;

    @Override
    public Integer call() {
        if (!Topics.ALL.contains(topic)) {
            throw CommandFailure.usage("--topic " + topic + ": is none of " + String.join(", ", Topics.ALL));
        }
        PrintWriter err = spec.commandLine().getErr();
        JsonLinesWriter lines = new JsonLinesWriter(spec.commandLine().getOut());
        Progress progress = new Progress(err, "records printed");
        try (Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(config())) {
            for (TopicPartition partition : partitions(consumer)) {
                consumer.assign(List.of(partition));
                consumer.seekToBeginning(List.of(partition));
                if (consumer.position(partition) > 0) {
                    err.println(partition + " begins at offset " + consumer.position(partition)
                            + ": Kafka has dropped what was before");
                    err.flush();
                }
                print(consumer, partition, lines, progress);
            }
            lines.flush();
            return ExitCode.DONE;
        } catch (TimeoutException e) {
            throw CommandFailure.because("no answer from " + kafka.bootstrapServers(), e);
        } catch (AuthorizationException e) {
            throw CommandFailure.failed(MissingPermission.describe(e, AclOperation.READ, kafka.clientConfig()), e);
        } catch (IOException e) {
            throw CommandFailure.failed(String.valueOf(e.getMessage()), e);
        }
    }

    private Map<String, Object> config() {
        Map<String, Object> config = kafka.clientConfig();
        config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return config;
    }

    private List<TopicPartition> partitions(Consumer<byte[], byte[]> consumer) {
        List<PartitionInfo> infos = consumer.partitionsFor(kafka.namespace().topic(topic));
        if (infos == null || infos.isEmpty()) {
            throw CommandFailure.failed(
                    "there is no topic " + kafka.namespace().topic(topic) + "; `sexton topics create` makes it", null);
        }
        return chosen(infos.size())
                .mapToObj(number -> new TopicPartition(kafka.namespace().topic(topic), number))
                .toList();
    }

    private IntStream chosen(int count) {
        if (which == null) {
            return IntStream.range(0, count);
        }
        if (which.region != null) {
            // As Kafka's default partitioner has it.
            return IntStream.of(
                    Utils.toPositive(Utils.murmur2(regionOf(which.region).toKey())) % count);
        }
        int partition = which.partition == null ? 0 : which.partition;
        if (partition < 0 || partition >= count) {
            throw CommandFailure.usage(
                    "--partition " + partition + ": " + topic + " has partitions 0 to " + (count - 1));
        }
        return IntStream.of(partition);
    }

    private static RegionId regionOf(String text) {
        try {
            return RegionId.of(text);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage("--region " + text + ": " + e.getMessage());
        }
    }

    /**
     * Prints the records up to the partition's end at the start of the export. Lines name topics without a namespace.
     */
    private void print(
            Consumer<byte[], byte[]> consumer, TopicPartition partition, JsonLinesWriter lines, Progress progress)
            throws IOException {
        long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        long lastRecord = System.nanoTime();
        while (consumer.position(partition) < end) {
            long before = consumer.position(partition);
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            for (ConsumerRecord<byte[], byte[]> record : records) {
                if (record.offset() < end) {
                    lines.write(line(topic, record));
                    progress.step();
                }
            }
            if (consumer.position(partition) > before) {
                lastRecord = System.nanoTime();
            } else if (System.nanoTime() - lastRecord > TIMEOUT.toNanos()) {
                throw CommandFailure.failed(
                        "stopped at offset " + before + " of " + partition + ": the brokers gave nothing for "
                                + TIMEOUT.toSeconds() + " s",
                        null);
            }
        }
    }

    private static JsonRecord line(String topic, ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (Header header : record.headers()) {
            headers.put(header.key(), header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8));
        }
        return new JsonRecord(
                topic,
                record.partition(),
                record.offset(),
                Instant.ofEpochMilli(record.timestamp()),
                record.key(),
                record.value(),
                headers);
    }
}
