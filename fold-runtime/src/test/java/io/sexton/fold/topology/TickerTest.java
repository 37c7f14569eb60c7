package io.sexton.fold.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.fold.core.Times;
import io.sexton.v1.Tick;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** On Kafka's own producer for tests, whose answers are given by the test; a partition's first offset is 0. */
class TickerTest {
    private static final String TOPIC = "log";
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.123Z");

    private final MockProducer<byte[], byte[]> broker =
            new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final Ticker ticker = ticker();

    @Test
    void writesTheTimeOfBothClocksToThePartitionThatAsked() {
        ticker.tick(3);
        ProducerRecord<byte[], byte[]> record = broker.history().get(0);
        assertThat(record.topic()).isEqualTo(TOPIC);
        assertThat(record.partition()).isEqualTo(3);
        Tick tick = ticks().get(0);
        assertThat(Times.of(tick.getWallClock())).isEqualTo(NOW);
        assertThat(Times.of(tick.getUptime())).isBetween(Duration.ZERO, Duration.ofMinutes(1));
    }

    @Test
    void hasOneIdForAllTicksOfAProcessStart() {
        ticker.tick(0);
        ticker.tick(1);
        ticker().tick(2);
        List<String> ids = ticks().stream().map(Tick::getTicker).toList();
        assertThat(ids.get(0)).isNotEmpty().isEqualTo(ids.get(1)).isNotEqualTo(ids.get(2));
    }

    @Test
    void hasOneTickOfAPartitionUnderWayAtATime() {
        ticker.tick(0);
        ticker.tick(0);
        ticker.tick(1);
        assertThat(partitions()).containsExactly(0, 1);
        broker.completeNext();
        ticker.tick(0);
        assertThat(partitions()).containsExactly(0, 1, 0);
        assertThat(ticker.written()).isEqualTo(1);
    }

    @Test
    void continuesAtOnceWhenTheLastTickHasBeenFolded() {
        ticker.tick(0);
        broker.completeNext();
        ticker.continueAfter(0, 0);
        assertThat(partitions()).containsExactly(0, 0);
    }

    @Test
    void writesNoTickForEachRecordThatIsFoldedWhileWorkIsLeft() {
        ticker.tick(0);
        broker.completeNext();
        ticker.continueAfter(0, 0);
        broker.completeNext();
        ticker.continueAfter(0, 0);
        ticker.continueAfter(0, 0);
        assertThat(partitions()).as("the tick at offset 1 has not been folded").containsExactly(0, 0);
    }

    @Test
    void continuesAlsoWhenATickIsFoldedBeforeItIsAcknowledged() {
        ticker.tick(0);
        ticker.continueAfter(0, 0);
        assertThat(partitions()).containsExactly(0);
        broker.completeNext();
        assertThat(partitions()).containsExactly(0, 0);
        broker.completeNext();
        assertThat(partitions()).as("nobody asked for a third").containsExactly(0, 0);
    }

    @Test
    void triesAgainAtTheNextIntervalAfterAFailure() {
        ticker.tick(0);
        broker.errorNext(new TimeoutException("no broker"));
        broker.sendException = new UncheckedIOException("cannot even send", new IOException());
        ticker.tick(0);
        broker.sendException = null;
        assertThat(ticker.failed()).isEqualTo(2);
        ticker.tick(0);
        broker.completeNext();
        assertThat(ticker.written()).isEqualTo(1);
        assertThat(ticker.failed()).isEqualTo(2);
    }

    @Test
    void asksForTicksFromTheDueTimeOn() {
        assertThat(ticker.isDue(NOW)).isTrue();
        assertThat(ticker.isDue(Instant.MIN)).isTrue();
        assertThat(ticker.isDue(NOW.plusMillis(1))).isFalse();
    }

    private Ticker ticker() {
        return new Ticker(broker, TOPIC, Tick::toByteArray, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private List<Integer> partitions() {
        return broker.history().stream().map(ProducerRecord::partition).toList();
    }

    private List<Tick> ticks() {
        return broker.history().stream()
                .map(record -> {
                    try {
                        return Tick.parseFrom(record.value());
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .toList();
    }
}
