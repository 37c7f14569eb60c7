package io.sexton.fold.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.proto.Times;
import io.sexton.v1.Tick;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** On Kafka's own producer for tests, whose answers are given by the test; a partition's first offset is 0. */
class TickerTest {
    private static final String TOPIC = "log";
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.123Z");

    /** The one that was made last. */
    private MockProducer<byte[], byte[]> broker = producer();

    private int made;
    private long nanos;
    private final Ticker ticker =
            new Ticker(this::another, TOPIC, Tick::toByteArray, Clock.fixed(NOW, ZoneOffset.UTC), () -> nanos);

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
        assertThat(partitions()).as("no third was requested").containsExactly(0, 0);
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
    void saysForHowLongTheTicksThatAreAskedForHaveFailed() {
        for (int second = 0; second <= 40; second += 10) {
            assertThat(ticker.failingFor()).isEqualTo(Duration.ofSeconds(Math.max(0, second - 10)));
            ticker.tick(0);
            broker.errorNext(new TimeoutException("no broker"));
            pass(Duration.ofSeconds(10));
        }
        ticker.tick(1);
        broker.completeNext();
        assertThat(ticker.failingFor()).as("partition 0 still fails").isEqualTo(Duration.ofSeconds(40));
        ticker.tick(0);
        broker.completeNext();
        assertThat(ticker.failingFor()).isZero();
    }

    @Test
    void forgetsFailuresOfAPartitionWhereNothingIsDueAnyMore() {
        ticker.tick(0);
        broker.errorNext(new TimeoutException("no broker"));
        pass(Duration.ofSeconds(30));
        ticker.tick(0);
        broker.errorNext(new TimeoutException("no broker"));
        pass(Duration.ofMinutes(2));
        assertThat(ticker.failingFor()).isEqualTo(Duration.ofSeconds(30));
        pass(Duration.ofSeconds(1));
        assertThat(ticker.failingFor()).isZero();
        ticker.tick(0);
        broker.errorNext(new TimeoutException("no broker"));
        assertThat(ticker.failingFor()).isZero();
    }

    @Test
    void goesOnWithAnotherProducerAfterAFatalError() {
        pass(Duration.ofSeconds(10));
        ticker.tick(0);
        broker.errorNext(new ClusterAuthorizationException("fatal for an idempotent producer"));

        MockProducer<byte[], byte[]> first = broker;
        ticker.tick(0);

        assertThat(first.closed()).isTrue();
        assertThat(broker).isNotSameAs(first);
        broker.completeNext();
        assertThat(ticker.written()).isEqualTo(1);
        ticker.close();
        assertThat(broker.closed()).isTrue();
    }

    @Test
    void goesOnWithAnotherProducerWhereNothingCanBeSentAtAll() {
        pass(Duration.ofSeconds(10));
        MockProducer<byte[], byte[]> first = broker;
        first.sendException = new KafkaException("in an error state");
        assertThat(ticker.append(0, new byte[0])).isCompletedExceptionally();

        ticker.tick(0);
        broker.completeNext();

        assertThat(broker).isNotSameAs(first);
        assertThat(ticker.written()).isEqualTo(1);
    }

    @Test
    void keepsItsProducerWhereABrokerDoesNotAnswerOrItIsNew() {
        pass(Duration.ofSeconds(10));
        ticker.tick(0);
        broker.errorNext(new TimeoutException("no broker"));
        ticker.tick(0);
        broker.errorNext(new ClusterAuthorizationException("fatal"));
        ticker.tick(0);
        MockProducer<byte[], byte[]> second = broker;
        second.errorNext(new ClusterAuthorizationException("fatal"));
        ticker.tick(0);

        assertThat(made).as("one for each ten seconds at most").isEqualTo(2);
        assertThat(broker).isSameAs(second);
    }

    @Test
    void ticksAtEachIntervalFromTheDueTimeOn() {
        ticker.atInterval(0, Optional.of(NOW));
        broker.completeNext();
        assertThat(partitions()).containsExactly(0);
        ticker.atInterval(0, Optional.of(Instant.MIN));
        broker.completeNext();
        assertThat(partitions()).containsExactly(0, 0);
        ticker.atInterval(0, Optional.of(NOW.plusMillis(1)));
        assertThat(partitions()).as("not due yet").containsExactly(0, 0);
    }

    @Test
    void ticksOnceAMinuteWhereNothingIsDue() {
        for (int second = 0; second < 180; second++) {
            ticker.atInterval(0, second % 2 == 0 ? Optional.empty() : Optional.of(NOW.plusSeconds(1000)));
            assertThat(partitions()).hasSize(1 + second / 60);
            acknowledgeAll();
            pass(Duration.ofSeconds(1));
        }
    }

    @Test
    void countsAnIdleMinuteFromTheLastTickOfThatPartition() {
        ticker.atInterval(0, Optional.empty());
        broker.completeNext();
        pass(Duration.ofSeconds(40));
        ticker.atInterval(0, Optional.of(NOW));
        ticker.continueAfter(0, 1);
        broker.completeNext();
        ticker.atInterval(1, Optional.empty());
        assertThat(partitions()).as("one that follows at once is under way").containsExactly(0, 0, 0, 1);
        pass(Duration.ofSeconds(59));
        acknowledgeAll();
        ticker.atInterval(0, Optional.empty());
        assertThat(partitions()).containsExactly(0, 0, 0, 1);
        pass(Duration.ofSeconds(1));
        ticker.atInterval(0, Optional.empty());
        assertThat(partitions()).containsExactly(0, 0, 0, 1, 0);
    }

    @Test
    void triesAgainAtTheNextIntervalWhereAnIdleTickFailed() {
        ticker.atInterval(0, Optional.empty());
        ticker.atInterval(0, Optional.empty());
        assertThat(partitions()).as("under way").containsExactly(0);
        broker.errorNext(new TimeoutException("no broker"));
        pass(Duration.ofSeconds(1));
        ticker.atInterval(0, Optional.empty());
        assertThat(partitions()).containsExactly(0, 0);
    }

    private void acknowledgeAll() {
        boolean more = true;
        while (more) {
            more = broker.completeNext();
        }
    }

    private static MockProducer<byte[], byte[]> producer() {
        return new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private MockProducer<byte[], byte[]> another() {
        made++;
        broker = made == 1 ? broker : producer();
        return broker;
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
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
