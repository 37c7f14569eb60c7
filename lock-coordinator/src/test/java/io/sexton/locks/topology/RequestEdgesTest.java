package io.sexton.locks.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.fold.core.Output;
import io.sexton.fold.core.Placement;
import io.sexton.fold.state.MemoryStore;
import io.sexton.fold.topology.ClockLag;
import io.sexton.fold.topology.FoldTopology;
import io.sexton.fold.topology.Ticker;
import io.sexton.locks.core.LockFold;
import io.sexton.proto.DeadLetters;
import io.sexton.proto.LogRecord;
import io.sexton.proto.Namespace;
import io.sexton.proto.Times;
import io.sexton.proto.Topics;
import io.sexton.testkit.edges.Edge;
import io.sexton.testkit.edges.Edges;
import io.sexton.testkit.edges.PlainMessages;
import io.sexton.v1.LockEvent;
import io.sexton.v1.LockMode;
import io.sexton.v1.LockRequest;
import io.sexton.v1.Tick;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that no record stops the lock fold. Every field of every request takes its edge values, in the topology on a
 * real RocksDB store. Another region of the same partition, whose lock changes owners meanwhile, must not be affected.
 */
final class RequestEdgesTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final String OTHER_REGION = "neighbour";
    private static final Duration BETWEEN_TICKS = Duration.ofSeconds(10);
    private static final int EDGES_PER_TICK = 4;
    /**
     * A text for people is cut at 1,024 bytes and an id has at most 256; no other field of an event has a variable
     * length.
     */
    private static final int MAX_EVENT_BYTES = 2_048;

    private static final int MAX_LETTER_BYTES = 1_000_000;
    /** A region's row holds its claims, which are bounded. */
    private static final int MAX_ROW_BYTES = 1_000_000;

    @TempDir
    private Path stateDir;

    private final MockProducer<byte[], byte[]> ticks =
            new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    private TopologyTestDriver driver;
    private TestInputTopic<byte[], byte[]> in;
    private TestOutputTopic<byte[], byte[]> events;
    private TestOutputTopic<byte[], byte[]> letters;
    private TestOutputTopic<byte[], byte[]> changelog;

    private Instant now = START;
    private long offset;
    private final List<LogRecord> otherLog = new ArrayList<>();
    private final List<LockEvent> otherEvents = new ArrayList<>();
    private int rounds;
    private int edges;
    private int deadLetters;

    @BeforeEach
    void start() {
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        config.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        Ticker ticker = new Ticker(
                () -> ticks,
                Topics.LOCK_REQUESTS,
                LockFold.DEFINITION::valueOf,
                Clock.fixed(START, ZoneOffset.UTC),
                () -> 0);
        driver = new TopologyTestDriver(
                FoldTopology.build(
                        LockFold.DEFINITION,
                        Namespace.NONE,
                        ticker,
                        Duration.ofSeconds(1),
                        Placement.UNCHECKED,
                        ClockLag.UNMEASURED,
                        List::of),
                config,
                START);
        in = driver.createInputTopic(Topics.LOCK_REQUESTS, new ByteArraySerializer(), new ByteArraySerializer());
        events = output(Topics.LOCK_EVENTS);
        letters = output(Topics.DEAD_LETTERS);
        changelog = output("test-locks-changelog");
    }

    private TestOutputTopic<byte[], byte[]> output(String topic) {
        return driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void noEdgeOfAnyFieldStopsTheFold() throws Exception {
        for (LockRequest kind : new PlainMessages(START).ofEachKind(LockRequest.getDefaultInstance())) {
            // A tick agrees with the broker's clock only if its wall clock is the current time.
            PlainMessages plain = new PlainMessages(kind.hasTick() ? now : START);
            for (String field : Edges.fields(kind, plain)) {
                pipeEdges(kind, field, plain);
            }
        }
        for (int i = 0; i < 20; i++) {
            tick();
        }

        assertThat(otherEvents).isEqualTo(replayOfOtherRegion());
        assertThat(otherEvents)
                .extracting(LockEvent::getEventCase)
                .contains(
                        LockEvent.EventCase.GRANTED,
                        LockEvent.EventCase.QUEUED,
                        LockEvent.EventCase.RENEWED,
                        LockEvent.EventCase.RELEASED,
                        LockEvent.EventCase.EXPIRED);
        assertThat(edges).isGreaterThan(300);
        assertThat(deadLetters).isBetween(edges / 10, edges);
    }

    /**
     * Pipes the edge values of one field, to a region of that field alone, so that state left by another field has no
     * effect.
     */
    private void pipeEdges(LockRequest kind, String field, PlainMessages plain) throws Exception {
        String region = kind.hasTick() ? "" : kind.getRequestCase() + " " + field;
        LockRequest ordinary = kind.toBuilder().setRegion(region).build();
        if (ordinary.hasTick()) {
            ordinary = ordinary.toBuilder().clearOwner().clearRequestId().build();
        }
        assertThat(pipe(region, ordinary.toByteArray()))
                .as("the problem with %s", ordinary)
                .isEmpty();
        for (Edge edge : Edges.of(ordinary, field, plain)) {
            boolean isReadable = pipeEdges(region, edge);
            if (isReadable && field.equals("region")) {
                pipeEdges(LockRequest.parseFrom(edge.bytes()).getRegion(), edge);
            }
        }
    }

    /** Pipes one edge value. Returns whether the record could be parsed as a request. */
    private boolean pipeEdges(String key, Edge edge) throws Exception {
        edges++;
        Optional<String> problem;
        try {
            problem = pipe(key, edge.bytes());
        } catch (RuntimeException e) {
            throw new AssertionError("the fold failed at " + edge, e);
        }
        if (problem.isPresent()) {
            deadLetters++;
            assertThat(Edge.problemWithReason(LockRequest.getDescriptor(), problem.get()))
                    .as("the reason of %s", edge)
                    .isEmpty();
        }
        if (edges % EDGES_PER_TICK == 0) {
            tick();
        }
        return problem.isEmpty() || !problem.get().startsWith("value: ");
    }

    /**
     * Advances time by a tick. The lock of the other region changes owners by release and, where it is not renewed, by
     * expiry.
     */
    private void tick() throws Exception {
        now = now.plus(BETWEEN_TICKS);
        pipeToOtherRegion(LockRequest.newBuilder()
                .setTick(Tick.newBuilder()
                        .setTicker("t")
                        .setWallClock(Times.toProto(now))
                        .setUptime(Times.toProto(Duration.between(START, now)))));
        rounds++;
        LockRequest.Builder request =
                LockRequest.newBuilder().setRegion(OTHER_REGION).setRequestId(Integer.toString(rounds));
        if (rounds % 4 == 1) {
            pipeToOtherRegion(request.setOwner("owner " + rounds / 4)
                    .setAcquire(LockRequest.Acquire.newBuilder()
                            .setMode(LockMode.EXCLUSIVE)
                            .setLease(Times.toProto(Duration.ofSeconds(60)))
                            .setMaxWait(Times.toProto(Duration.ofSeconds(600)))));
        } else if (!otherEvents.isEmpty() && rounds % 8 == 2) {
            lastGrant()
                    .ifPresent(grant -> request.setOwner(grant.getOwner())
                            .setRenew(LockRequest.Renew.newBuilder().setToken(grant.getToken())));
            pipeToOtherRegion(request);
        } else if (rounds % 12 == 3) {
            lastGrant()
                    .ifPresent(grant -> request.setOwner(grant.getOwner())
                            .setRelease(LockRequest.Release.newBuilder().setToken(grant.getToken())));
            pipeToOtherRegion(request);
        }
    }

    private Optional<LockEvent> lastGrant() {
        return otherEvents.stream().filter(LockEvent::hasGranted).reduce((first, second) -> second);
    }

    private void pipeToOtherRegion(LockRequest.Builder request) throws Exception {
        byte[] value = request.build().toByteArray();
        otherLog.add(new LogRecord(0, offset, now, bytes(request.getRegion()), value));
        assertThat(pipe(request.getRegion(), value)).isEmpty();
    }

    /** Pipes a record. Returns the reason if it became a dead letter. */
    private Optional<String> pipe(String key, byte[] value) throws Exception {
        offset++;
        in.pipeInput(bytes(key), value, now);
        for (TestRecord<byte[], byte[]> record : events.readRecordsToList()) {
            assertThat(record.value()).hasSizeLessThan(MAX_EVENT_BYTES);
            if (Arrays.equals(record.key(), bytes(OTHER_REGION))) {
                otherEvents.add(LockEvent.parseFrom(record.value()));
            }
        }
        for (TestRecord<byte[], byte[]> row : changelog.readRecordsToList()) {
            assertThat(row.key().length + (row.value() == null ? 0 : row.value().length))
                    .as("a row, in bytes")
                    .isLessThan(MAX_ROW_BYTES);
        }
        List<TestRecord<byte[], byte[]>> dead = letters.readRecordsToList();
        assertThat(dead).hasSizeLessThan(2);
        return dead.stream().findFirst().map(letter -> {
            assertThat(letter.value()).hasSizeLessThanOrEqualTo(MAX_LETTER_BYTES);
            return new String(letter.headers().lastHeader(DeadLetters.REASON).value(), StandardCharsets.UTF_8);
        });
    }

    /** Returns the events of the other region when its own records are replayed alone. */
    private List<LockEvent> replayOfOtherRegion() {
        List<LockEvent> alone = new ArrayList<>();
        LockFold fold = new LockFold(new MemoryStore(), Placement.UNCHECKED, output -> {
            switch (output) {
                case Output.Emitted emitted -> alone.add((LockEvent) emitted.message());
                case Output.DeadLetter letter -> throw new AssertionError(letter.reason());
                case Output.ClockDisagreement tick -> throw new AssertionError(tick.ticker());
            }
        });
        otherLog.forEach(fold::apply);
        return alone;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
