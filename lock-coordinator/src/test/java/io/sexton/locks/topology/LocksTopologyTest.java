package io.sexton.locks.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import io.sexton.fold.core.Output;
import io.sexton.fold.core.Placement;
import io.sexton.fold.state.MemoryStore;
import io.sexton.fold.topology.ClockLag;
import io.sexton.fold.topology.FoldTopology;
import io.sexton.fold.topology.Ticker;
import io.sexton.locks.core.LockFold;
import io.sexton.locks.core.RandomLogs;
import io.sexton.proto.DeadLetters;
import io.sexton.proto.LogRecord;
import io.sexton.proto.Namespace;
import io.sexton.proto.Times;
import io.sexton.proto.Topics;
import io.sexton.v1.LockEvent;
import io.sexton.v1.LockMode;
import io.sexton.v1.LockRequest;
import io.sexton.v1.Tick;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of the topology on a real RocksDB store. */
final class LocksTopologyTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final java.time.Duration TICK_INTERVAL = java.time.Duration.ofSeconds(1);

    @TempDir
    private Path stateDir;

    private final MockProducer<byte[], byte[]> ticks =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());

    private final List<String> lags = new ArrayList<>();
    private long nanos;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void emitsTheSameEventsAsAReplayInMemory(long seed) throws Exception {
        List<LogRecord> log = RandomLogs.of(seed, 400);
        List<LockEvent> live = new ArrayList<>();
        int deadLetters;
        try (TopologyTestDriver driver = driver(Placement.UNCHECKED)) {
            log.forEach(record -> pipe(driver, record));
            for (TestRecord<byte[], byte[]> emitted : read(driver, Topics.LOCK_EVENTS)) {
                LockEvent event = LockEvent.parseFrom(emitted.value());
                assertThat(emitted.key()).isEqualTo(bytes(event.getRegion()));
                live.add(event);
            }
            deadLetters = read(driver, Topics.DEAD_LETTERS).size();
        }
        List<Output> replayed = new ArrayList<>();
        LockFold replay = new LockFold(new MemoryStore(), Placement.UNCHECKED, replayed::add);
        log.forEach(replay::apply);
        assertThat(live)
                .isEqualTo(replayed.stream()
                        .filter(Output.Emitted.class::isInstance)
                        .map(output -> ((Output.Emitted) output).message())
                        .toList());
        assertThat(deadLetters)
                .isEqualTo((int) replayed.stream()
                        .filter(Output.DeadLetter.class::isInstance)
                        .count())
                .isPositive();
    }

    @Test
    void addsOriginAndReasonToADeadLetter() {
        try (TopologyTestDriver driver = driver(Placement.UNCHECKED)) {
            pipe(driver, new LogRecord(0, 0, START, bytes("r1"), new byte[] {(byte) 0xFF, 1, 2}));
            TestRecord<byte[], byte[]> letter =
                    read(driver, Topics.DEAD_LETTERS).get(0);
            assertThat(letter.key()).isEqualTo(bytes("r1"));
            assertThat(letter.value()).containsExactly(0xFF, 1, 2);
            assertThat(header(letter, DeadLetters.TOPIC)).isEqualTo(Topics.LOCK_REQUESTS);
            assertThat(header(letter, DeadLetters.PARTITION)).isEqualTo("0");
            assertThat(header(letter, DeadLetters.OFFSET)).isEqualTo("0");
            assertThat(header(letter, DeadLetters.TIMESTAMP)).isEqualTo(Long.toString(START.toEpochMilli()));
            assertThat(header(letter, DeadLetters.REASON)).startsWith("value: not a sexton.v1.LockRequest");
        }
    }

    @Test
    void rejectsARequestInAPartitionThatItsKeyDoesNotBelongTo() {
        try (TopologyTestDriver driver = driver((key, partition) -> false)) {
            pipe(driver, acquire());
            assertThat(read(driver, Topics.LOCK_EVENTS)).isEmpty();
            assertThat(header(read(driver, Topics.DEAD_LETTERS).get(0), DeadLetters.REASON))
                    .contains("murmur2");
        }
    }

    @Test
    void writesATickAtOnceWhenALeaseBeginsAndOtherwiseOneAMinute() throws Exception {
        try (TopologyTestDriver driver = driver(Placement.UNCHECKED)) {
            advance(driver, 60);
            assertThat(ticks.history()).as("in an idle partition").hasSize(1);

            pipe(driver, acquire());
            advance(driver, 1);
            assertThat(ticks.history()).as("the lease is counted from a tick").hasSize(2);
            LockRequest written = LockRequest.parseFrom(ticks.history().get(1).value());
            Tick tick = written.getTick();
            assertThat(tick.getTicker()).isNotEmpty();
            assertThat(tick.getWallClock().getSeconds()).isEqualTo(START.getEpochSecond());
            assertThat(ticks.history().get(1).partition()).isZero();

            pipe(driver, new LogRecord(0, 1, START, new byte[0], written.toByteArray()));
            advance(driver, 59);
            assertThat(ticks.history()).as("the lease has not ended").hasSize(2);
            advance(driver, 1);
            assertThat(ticks.history()).hasSize(3);
        }
    }

    @Test
    void reportsTheLagOfTheClockUntilThePartitionCloses() {
        try (TopologyTestDriver driver = driver(Placement.UNCHECKED)) {
            pipe(driver, acquire());
            assertThat(lags).isEmpty();
            LockRequest tick = LockRequest.newBuilder()
                    .setTick(Tick.newBuilder().setTicker("t").setWallClock(Times.toProto(START)))
                    .build();
            pipe(driver, new LogRecord(0, 1, START.plusSeconds(100), new byte[0], tick.toByteArray()));
            assertThat(lags).containsExactly("0: PT1M40S");
        }
        assertThat(lags).endsWith("0 closed");
    }

    @Test
    void isWiredAsInTheGoldenFile() throws Exception {
        String golden = new String(
                Objects.requireNonNull(getClass().getResourceAsStream("/topology/locks.txt"))
                        .readAllBytes(),
                StandardCharsets.UTF_8);
        assertThat(topology(Placement.UNCHECKED).describe().toString().strip())
                .as("a changed name loses the state that is stored under the old one")
                .isEqualTo(golden.strip());
    }

    private Topology topology(Placement placement) {
        Ticker ticker = new Ticker(
                () -> ticks,
                Topics.LOCK_REQUESTS,
                LockFold.DEFINITION::valueOf,
                Clock.fixed(START, ZoneOffset.UTC),
                () -> nanos);
        return FoldTopology.build(
                LockFold.DEFINITION, Namespace.NONE, ticker, TICK_INTERVAL, placement, new RecordedLags(), List::of);
    }

    private final class RecordedLags implements ClockLag {
        @Override
        public void measured(int partition, java.time.Duration behind) {
            lags.add(partition + ": " + behind);
        }

        @Override
        public void closed(int partition) {
            lags.add(partition + " closed");
        }
    }

    private void advance(TopologyTestDriver driver, int intervals) {
        for (int i = 0; i < intervals; i++) {
            nanos += TICK_INTERVAL.toNanos();
            driver.advanceWallClockTime(TICK_INTERVAL);
        }
    }

    private TopologyTestDriver driver(Placement placement) {
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        config.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        return new TopologyTestDriver(topology(placement), config, START);
    }

    private static LogRecord acquire() {
        LockRequest request = LockRequest.newBuilder()
                .setRegion("r1")
                .setOwner("a")
                .setRequestId("1")
                .setAcquire(LockRequest.Acquire.newBuilder()
                        .setMode(LockMode.UPDATE)
                        .setLease(Duration.newBuilder().setSeconds(10)))
                .build();
        return new LogRecord(0, 0, START, bytes("r1"), request.toByteArray());
    }

    private static void pipe(TopologyTestDriver driver, LogRecord record) {
        driver.createInputTopic(Topics.LOCK_REQUESTS, new ByteArraySerializer(), new ByteArraySerializer())
                .pipeInput(record.key(), record.value(), record.appendTime());
    }

    private static List<TestRecord<byte[], byte[]>> read(TopologyTestDriver driver, String topic) {
        return driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList();
    }

    private static String header(TestRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
