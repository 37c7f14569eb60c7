package io.sexton.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

@Timeout(120)
class EmbeddedBrokerIT {
    private static final String TOPIC = "letters";

    @TempDir
    Path directory;

    @Test
    void keepsCommittedRecordsOverARestartAtTheSamePort() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0)) {
            String servers = broker.bootstrapServers();
            createTopic(broker, 1);
            commit(broker, "a", "b");
            abort(broker, "never");

            broker.restart();

            assertThat(broker.bootstrapServers()).isEqualTo(servers);
            commit(broker, "c");
            assertThat(read(broker, 3)).containsExactly("a", "b", "c");
        }
    }

    /**
     * A transaction that is committed while partitions lose their leader would never end in them, but only about once
     * in dozens of stops. So this test checks the order in Kafka's log messages.
     */
    @Test
    void resignsFromTransactionsBeforeItsPartitionsLoseTheirLeader() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0)) {
            createTopic(broker, 1);
            commit(broker, "a");

            List<String> stop = logged(
                    broker::stop,
                    "kafka.coordinator.transaction.TransactionCoordinator",
                    "org.apache.kafka.server.BrokerLifecycleManager");

            int shutdownOfPartitions = indexOf(stop, "Beginning controlled shutdown");
            for (int partition = 0; partition < BrokerSettings.TRANSACTION_PARTITIONS; partition++) {
                assertThat(indexOf(stop, "Resigned as the txn coordinator for partition " + partition))
                        .isLessThan(shutdownOfPartitions);
            }
            broker.resume();
            commit(broker, "b");
            assertThat(read(broker, 2)).containsExactly("a", "b");
        }
    }

    @Test
    void keepsDataAndClusterIdForTheNextProcess() throws Exception {
        String clusterId;
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0)) {
            clusterId = broker.clusterId();
            createTopic(broker, 1);
            commit(broker, "a");
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0)) {
            assertThat(broker.clusterId()).isEqualTo(clusterId);
            try (Admin admin = Admin.create(client(broker))) {
                assertThat(admin.describeCluster().clusterId().get()).isEqualTo(clusterId);
            }
            assertThat(read(broker, 1)).containsExactly("a");
        }
    }

    @Test
    void recoversAfterACrash(@TempDir Path crashed) throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0)) {
            createTopic(broker, 1);
            commit(broker, "a");
            assertThat(read(broker, 1)).containsExactly("a");
            // A copy of the files that a process would leave if it were killed now.
            copyTree(directory, crashed);
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(crashed, 0)) {
            assertThat(read(broker, 1)).containsExactly("a");
            commit(broker, "b");
        }
    }

    @Test
    void rejectsADirectoryThatAnotherBrokerUses() throws Exception {
        try (EmbeddedBroker first = EmbeddedBroker.start(directory, 0)) {
            createTopic(first, 1);
            commit(first, "a");

            assertThatThrownBy(() -> EmbeddedBroker.start(directory, 0))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(directory + " is used by another broker process");

            // The first broker still has its log and its lock of the directory, also while it is stopped.
            commit(first, "b");
            first.stop();
            assertThat(SecondProcess.start(directory)).contains("is used by another broker process");
            first.resume();
            assertThat(read(first, 2)).containsExactly("a", "b");
        }
    }

    @Test
    @Tag("long")
    void continuesToWriteWhileAnotherProcessTriesToStartOnItsDirectory() throws Exception {
        List<String> written = new ArrayList<>();
        try (EmbeddedBroker first = EmbeddedBroker.start(directory, 0);
                ExecutorService other = Executors.newSingleThreadExecutor()) {
            createTopic(first, 1);

            Future<String> second = other.submit(() -> SecondProcess.start(directory));
            while (!second.isDone()) {
                written.add("record " + written.size());
                commit(first, written.getLast());
                // Another controller would damage the log of the metadata.
                createTopic(first, "topic-" + written.size(), 1);
            }
            assertThat(second.get()).contains(directory + " is used by another broker process");

            written.add("the last");
            commit(first, written.getLast());
            first.restart();
            assertThat(read(first, written.size())).containsExactlyElementsOf(written);
        }
        assertThat(SecondProcess.start(directory)).contains("started");
    }

    @Test
    void reportsInOneLineThatADirectoryCannotBeCreated() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatThrownBy(() -> EmbeddedBroker.start(file, 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(file + " is not a directory");
        assertThatThrownBy(() -> EmbeddedBroker.start(file.resolve("below"), 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(file.toString())
                .message()
                .hasLineCount(1);
    }

    @Test
    void createsNoTopicAutomatically() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.startTemporary();
                Admin admin = Admin.create(client(broker));
                KafkaProducer<String, String> producer = producer(broker, Map.of("max.block.ms", "500"))) {
            assertThatThrownBy(() ->
                            producer.send(new ProducerRecord<>("lettres", "a")).get())
                    .hasMessageContaining("lettres");
            assertThat(admin.listTopics().names().get()).doesNotContain("lettres");
        }
    }

    @Test
    void deletesTheDataOfATemporaryBroker() {
        Optional<Path> written;
        try (EmbeddedBroker broker = EmbeddedBroker.startTemporary()) {
            written = broker.temporaryDirectory();
            assertThat(written).isPresent().get().matches(Files::exists);
        }
        assertThat(written).get().matches(Files::notExists);
    }

    @Test
    @Tag("long")
    void replicatesOverThreeBrokers() throws Exception {
        try (EmbeddedBroker brokers = EmbeddedBroker.startTemporary(3)) {
            createTopic(brokers, 3);
            commit(brokers, "a");
            assertThat(read(brokers, 1)).containsExactly("a");
        }
    }

    /** Returns the messages that loggers of Kafka's server emit during an action, in order. */
    private static List<String> logged(Runnable action, String... names) {
        List<String> messages = Collections.synchronizedList(new ArrayList<>());
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                messages.add(event.getFormattedMessage());
            }
        };
        appender.start();
        List<Logger> loggers = Stream.of(names)
                .map(name -> (Logger) LoggerFactory.getLogger(name))
                .toList();
        loggers.forEach(logger -> {
            logger.addAppender(appender);
            logger.setLevel(Level.INFO);
            logger.setAdditive(false);
        });
        try {
            action.run();
        } finally {
            loggers.forEach(logger -> {
                logger.detachAppender(appender);
                logger.setLevel(null);
                logger.setAdditive(true);
            });
        }
        return List.copyOf(messages);
    }

    private static int indexOf(List<String> messages, String part) {
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i).contains(part)) {
                return i;
            }
        }
        throw new AssertionError("no message contains \"" + part + "\": " + messages);
    }

    private static void copyTree(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!file.toString().endsWith(".tmp")) {
                    copy(file, to.resolve(from.relativize(file)));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }
        });
    }

    /** Copies a file of a running broker. A crash would not have left a file that the broker removes meanwhile. */
    private static void copy(Path file, Path copy) throws IOException {
        Files.createDirectories(copy.getParent());
        try {
            Files.copy(file, copy);
        } catch (NoSuchFileException e) {
            Files.deleteIfExists(copy);
        }
    }

    private static void createTopic(EmbeddedBroker broker, int copies) throws Exception {
        createTopic(broker, TOPIC, copies);
    }

    private static void createTopic(EmbeddedBroker broker, String name, int copies) throws Exception {
        try (Admin admin = Admin.create(client(broker))) {
            admin.createTopics(Set.of(new NewTopic(name, 1, (short) copies)))
                    .all()
                    .get();
        }
    }

    private static void commit(EmbeddedBroker broker, String... values) {
        try (KafkaProducer<String, String> producer = transactional(broker)) {
            send(producer, values);
            producer.commitTransaction();
        }
    }

    private static void abort(EmbeddedBroker broker, String... values) {
        try (KafkaProducer<String, String> producer = transactional(broker)) {
            send(producer, values);
            producer.flush();
            producer.abortTransaction();
        }
    }

    private static KafkaProducer<String, String> transactional(EmbeddedBroker broker) {
        return producer(broker, Map.of("transactional.id", "writer"));
    }

    private static void send(KafkaProducer<String, String> producer, String... values) {
        producer.initTransactions();
        producer.beginTransaction();
        for (String value : values) {
            var unused = producer.send(new ProducerRecord<>(TOPIC, value));
        }
    }

    private static List<String> read(EmbeddedBroker broker, int expected) {
        Map<String, Object> config = client(broker);
        config.put("isolation.level", "read_committed");
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            TopicPartition partition = new TopicPartition(TOPIC, 0);
            consumer.assign(Set.of(partition));
            consumer.seekToBeginning(Set.of(partition));
            List<String> values = new ArrayList<>();
            while (values.size() < expected) {
                consumer.poll(Duration.ofMillis(200)).forEach(each -> values.add(each.value()));
            }
            return values;
        }
    }

    private static KafkaProducer<String, String> producer(EmbeddedBroker broker, Map<String, Object> overrides) {
        Map<String, Object> config = client(broker);
        config.putAll(overrides);
        return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
    }

    private static Map<String, Object> client(EmbeddedBroker broker) {
        return new HashMap<>(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    /** A separate process that starts a broker and ends. */
    static final class SecondProcess {
        private SecondProcess() {}

        public static void main(String[] args) {
            try (EmbeddedBroker broker = EmbeddedBroker.start(Path.of(args[0]), 0)) {
                System.out.println("started " + broker.bootstrapServers());
            } catch (IllegalStateException e) {
                System.out.println(e.getMessage());
            }
        }

        /** Returns the output of the process. */
        static String start(Path directory) throws Exception {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx256m",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            SecondProcess.class.getName(),
                            directory.toString())
                    .redirectErrorStream(true)
                    .start();
            try {
                return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            } finally {
                process.destroyForcibly();
            }
        }
    }
}
