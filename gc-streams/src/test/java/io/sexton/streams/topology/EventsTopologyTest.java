package io.sexton.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.fold.core.Output;
import io.sexton.fold.core.Placement;
import io.sexton.fold.state.MemoryStore;
import io.sexton.fold.topology.ClockLag;
import io.sexton.fold.topology.FoldListener;
import io.sexton.fold.topology.Ticker;
import io.sexton.proto.DeadLetters;
import io.sexton.proto.LogRecord;
import io.sexton.proto.Namespace;
import io.sexton.proto.Times;
import io.sexton.proto.Topics;
import io.sexton.streams.apply.PartitionFold;
import io.sexton.streams.oracle.ConformanceCase;
import io.sexton.streams.state.Stores;
import io.sexton.v1.FileRef;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.Tick;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The topology on real RocksDB stores. */
class EventsTopologyTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration TICK_INTERVAL = Duration.ofSeconds(1);

    @TempDir
    private Path stateDir;

    private final MockProducer<byte[], byte[]> ticks =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());

    private final List<String> lags = new ArrayList<>();
    private long nanos;

    static List<ConformanceCase> cases() throws Exception {
        return ConformanceCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void emitsTheSameBytesAsAReplayInMemory(ConformanceCase conformance) {
        List<String> live = new ArrayList<>();
        try (TopologyTestDriver driver = driver(START)) {
            for (LogRecord record : conformance.foldLog()) {
                pipe(driver, record);
            }
            for (String topic : List.of(Topics.DELETE_COMMANDS, Topics.NOTICES, Topics.DEAD_LETTERS)) {
                read(driver, topic).forEach(record -> live.add(line(topic, record.key(), record.value())));
            }
        }
        assertThat(live).isEqualTo(replay(conformance.foldLog()));
    }

    @Test
    void putsOriginAndReasonInHeadersOfADeadLetter() {
        try (TopologyTestDriver driver = driver(START)) {
            pipe(driver, new LogRecord(0, 0, START, bytes("r1"), new byte[] {(byte) 0xFF, 1, 2}));
            TestRecord<byte[], byte[]> letter =
                    read(driver, Topics.DEAD_LETTERS).get(0);
            assertThat(letter.key()).isEqualTo(bytes("r1"));
            assertThat(letter.value()).containsExactly(0xFF, 1, 2);
            assertThat(header(letter, DeadLetters.TOPIC)).isEqualTo(Topics.EVENTS);
            assertThat(header(letter, DeadLetters.PARTITION)).isEqualTo("0");
            assertThat(header(letter, DeadLetters.OFFSET)).isEqualTo("0");
            assertThat(header(letter, DeadLetters.TIMESTAMP)).isEqualTo(Long.toString(START.toEpochMilli()));
            assertThat(header(letter, DeadLetters.REASON)).startsWith("value: not a sexton.v1.RegionEvent");
        }
    }

    @Test
    void writesATickAMinuteWhileNothingIsDue() {
        try (TopologyTestDriver driver = driver(START)) {
            pass(driver, 60);
            assertThat(ticks.history()).as("in an idle partition").hasSize(1);
            pipe(driver, event(0, edit(0, 1, "a", null)));
            pipe(driver, event(1, edit(1, 2, "b", "a")));
            pass(driver, 120);
            assertThat(ticks.history()).as("the linger of an hour is not over").hasSize(3);
        }
    }

    @Test
    void writesATickAtEachIntervalWhileSomethingIsDue() throws Exception {
        try (TopologyTestDriver driver = driver(START.plus(Duration.ofHours(2)))) {
            pipe(driver, event(0, edit(0, 1, "a", null)));
            pipe(driver, event(1, edit(1, 2, "b", "a")));
            pass(driver, 3);
            assertThat(ticks.history()).hasSize(3);
            Tick tick = RegionEvent.parseFrom(ticks.history().get(0).value()).getTick();
            assertThat(tick.getTicker()).isNotEmpty();
            assertThat(tick.getWallClock().getSeconds())
                    .isEqualTo(START.plus(Duration.ofHours(2)).getEpochSecond());
            assertThat(ticks.history().get(0).partition()).isZero();
        }
    }

    @Test
    void measuresTheLagOfTheClockAndRemovesThePartitionWhenItCloses() {
        try (TopologyTestDriver driver = driver(START)) {
            pipe(driver, event(0, edit(0, 1, "a", null)));
            assertThat(lags).isEmpty();
            pipe(driver, tick(1, 0));
            pipe(driver, tick(2, 100));
            pipe(driver, event(3, edit(1, 2, "b", "a")));
            assertThat(lags).containsExactly("0: PT0S", "0: PT1M40S");
        }
        assertThat(lags).endsWith("0 closed");
    }

    @Test
    void matchesTheGoldenFile() throws Exception {
        String golden = new String(
                Objects.requireNonNull(getClass().getResourceAsStream("/topology/events.txt"))
                        .readAllBytes(),
                StandardCharsets.UTF_8);
        assertThat(topology(START).describe().toString().strip())
                .as("a changed name loses the state that is stored under the old one")
                .isEqualTo(golden.strip());
    }

    private static List<String> replay(List<LogRecord> log) {
        List<String> commands = new ArrayList<>();
        List<String> notices = new ArrayList<>();
        List<String> letters = new ArrayList<>();
        Stores stores = new Stores(new MemoryStore(), new MemoryStore(), new MemoryStore());
        PartitionFold fold = new PartitionFold(0, stores, Placement.UNCHECKED, output -> {
            switch (output) {
                case Output.Emitted emitted ->
                    (emitted.topic().equals(Topics.NOTICES) ? notices : commands)
                            .add(line(
                                    emitted.topic(),
                                    emitted.region().toKey(),
                                    emitted.message().toByteArray()));
                case Output.DeadLetter letter ->
                    letters.add(line(
                            Topics.DEAD_LETTERS,
                            letter.record().key(),
                            letter.record().value()));
                case Output.ClockDisagreement disagreement -> {}
            }
        });
        log.forEach(fold::apply);
        commands.addAll(notices);
        commands.addAll(letters);
        return commands;
    }

    private Topology topology(Instant now) {
        Ticker ticker = new Ticker(
                () -> ticks,
                Topics.EVENTS,
                PartitionFold.DEFINITION::valueOf,
                Clock.fixed(now, ZoneOffset.UTC),
                () -> nanos);
        return EventsTopology.build(
                Namespace.NONE,
                ticker,
                TICK_INTERVAL,
                Placement.UNCHECKED,
                ConfiguredPolicies.NONE,
                new FoldListener<>() {},
                new RecordedLags());
    }

    private final class RecordedLags implements ClockLag {
        @Override
        public void measured(int partition, Duration behind) {
            lags.add(partition + ": " + behind);
        }

        @Override
        public void closed(int partition) {
            lags.add(partition + " closed");
        }
    }

    private void pass(TopologyTestDriver driver, int intervals) {
        for (int i = 0; i < intervals; i++) {
            nanos += TICK_INTERVAL.toNanos();
            driver.advanceWallClockTime(TICK_INTERVAL);
        }
    }

    /** Returns a tick whose append time is later than its wall clock. */
    private static LogRecord tick(long offset, int secondsBehind) {
        Tick tick = Tick.newBuilder()
                .setTicker("t")
                .setWallClock(Times.toProto(START))
                .build();
        return new LogRecord(
                0,
                offset,
                START.plusSeconds(secondsBehind),
                new byte[0],
                RegionEvent.newBuilder().setTick(tick).build().toByteArray());
    }

    private TopologyTestDriver driver(Instant now) {
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        config.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        return new TopologyTestDriver(topology(now), config, START);
    }

    private static void pipe(TopologyTestDriver driver, LogRecord record) {
        driver.createInputTopic(Topics.EVENTS, new ByteArraySerializer(), new ByteArraySerializer())
                .pipeInput(record.key(), record.value(), record.appendTime());
    }

    private static List<TestRecord<byte[], byte[]>> read(TopologyTestDriver driver, String topic) {
        return driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList();
    }

    private static LogRecord event(long offset, RegionEvent event) {
        return new LogRecord(0, offset, START, bytes(event.getRegion()), event.toByteArray());
    }

    private static RegionEvent edit(long base, long version, String added, @Nullable String removed) {
        ManifestEdit.Builder edit = ManifestEdit.newBuilder()
                .setBaseVersion(base)
                .setVersion(version)
                .addAdded(FileRef.newBuilder().setPath(added));
        if (removed != null) {
            edit.addRemoved(removed);
        }
        return RegionEvent.newBuilder()
                .setRegion("r1")
                .setEpoch(1)
                .setManifestEdit(edit)
                .build();
    }

    private static String header(TestRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    private static String line(String topic, byte @Nullable [] key, byte @Nullable [] value) {
        return topic + " " + hex(key) + " " + hex(value);
    }

    private static String hex(byte @Nullable [] bytes) {
        return bytes == null ? "null" : HexFormat.of().formatHex(bytes);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
