package io.sexton.fold.topology;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.sexton.v1.Tick;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends ticks to the partitions of a log: the only way in which time reaches a fold (design, section 4).
 *
 * <p>They are written by a plain idempotent producer, outside the transaction of Kafka Streams: a transactional write
 * into its own input would hold back what Streams can read. At most one tick of a partition is under way: whoever asks
 * again before it has been acknowledged is ignored, so a slow broker is not buried in ticks.
 *
 * <p>A tick that cannot be written is counted, the first of several is logged, and the next interval tries again. Thread
 * safe.
 */
public final class Ticker {
    private static final Logger LOG = LoggerFactory.getLogger(Ticker.class);
    private static final byte[] NO_KEY = {};

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final Function<Tick, byte[]> event;
    private final Clock wallClock;
    private final String id = UUID.randomUUID().toString();
    private final long startedNanos = System.nanoTime();
    private final Map<Integer, Line> lines = new ConcurrentHashMap<>();
    private final LongAdder written = new LongAdder();
    private final LongAdder failed = new LongAdder();

    /**
     * @param producer idempotent, not transactional, and quick to give up: the fold waits while it blocks. The caller
     *     closes it
     * @param event wraps a tick as a record's value on that topic
     */
    public Ticker(Producer<byte[], byte[]> producer, String topic, Function<Tick, byte[]> event, Clock wallClock) {
        this.producer = producer;
        this.topic = topic;
        this.event = event;
        this.wallClock = wallClock;
    }

    /** Whether something that is due at this time is due by this machine's clock. It only asks for ticks; it decides nothing. */
    public boolean isDue(Instant nextWork) {
        return !nextWork.isAfter(wallClock.instant());
    }

    /** Appends a tick to the partition, unless one is under way. Does not wait for the broker's answer. */
    public void tick(int partition) {
        Line line = line(partition);
        if (line.begin()) {
            send(line);
        }
    }

    /**
     * Appends a tick to a partition whose last tick left work over, once that one has been folded: records that follow
     * a tick in the log do not bring more of them.
     *
     * @param folded offset of the record that the fold has just applied
     */
    public void continueAfter(int partition, long folded) {
        Line line = line(partition);
        if (line.beginAfter(folded)) {
            send(line);
        }
    }

    /**
     * Appends another event that the fold itself has to say, the same way. Does not wait for the broker's answer.
     *
     * @return completes when it is acknowledged, or with why it may not have been written
     */
    public CompletableFuture<Void> append(int partition, byte[] value) {
        CompletableFuture<Void> acknowledged = new CompletableFuture<>();
        try {
            var unused = producer.send(new ProducerRecord<>(topic, partition, NO_KEY, value), (metadata, error) -> {
                if (error == null) {
                    acknowledged.complete(null);
                } else {
                    acknowledged.completeExceptionally(error);
                }
            });
        } catch (RuntimeException e) {
            acknowledged.completeExceptionally(e);
        }
        return acknowledged;
    }

    /** How many ticks brokers have acknowledged. */
    public long written() {
        return written.sum();
    }

    /** How many ticks could not be written, or not be known to be. */
    public long failed() {
        return failed.sum();
    }

    private Line line(int partition) {
        return lines.computeIfAbsent(partition, Line::new);
    }

    private void send(Line line) {
        try {
            var unused = producer.send(
                    new ProducerRecord<>(topic, line.partition, NO_KEY, event.apply(now())),
                    (metadata, error) -> answered(line, metadata, error));
        } catch (RuntimeException e) {
            failed(line, e);
        }
    }

    private void answered(Line line, RecordMetadata metadata, @Nullable Exception error) {
        if (error != null) {
            failed(line, error);
            return;
        }
        written.increment();
        if (line.endFailing()) {
            LOG.info("Ticks are written to {}-{} again", topic, line.partition);
        }
        if (line.endAt(metadata.offset())) {
            send(line);
        }
    }

    private void failed(Line line, Exception error) {
        failed.increment();
        if (line.fail()) {
            LOG.warn(
                    "No tick could be written to {}-{}; until one is, nothing there falls due. Each interval tries again",
                    topic,
                    line.partition,
                    error);
        }
    }

    private Tick now() {
        Instant wall = wallClock.instant();
        long uptimeMillis = (System.nanoTime() - startedNanos) / 1_000_000;
        return Tick.newBuilder()
                .setWallClock(
                        Timestamp.newBuilder().setSeconds(wall.getEpochSecond()).setNanos(wall.getNano()))
                .setTicker(id)
                .setUptime(Duration.newBuilder()
                        .setSeconds(uptimeMillis / 1000)
                        .setNanos((int) (uptimeMillis % 1000) * 1_000_000))
                .build();
    }

    /** The ticks of one partition. No lock is held while the producer is called: it may call back at once. */
    private static final class Line {
        private final int partition;
        private boolean underWay;
        private boolean failing;
        private long lastWritten = -1;
        private long workLeftAfter = -1;

        Line(int partition) {
            this.partition = partition;
        }

        synchronized boolean begin() {
            if (underWay) {
                return false;
            }
            underWay = true;
            return true;
        }

        synchronized boolean beginAfter(long folded) {
            workLeftAfter = folded;
            return folded >= lastWritten && begin();
        }

        /** Returns whether another one is to follow: the fold may have read this one before its writer had the answer. */
        synchronized boolean endAt(long offset) {
            lastWritten = offset;
            underWay = workLeftAfter >= offset;
            return underWay;
        }

        /** Returns whether it is the first failure since a success. */
        synchronized boolean fail() {
            boolean first = !failing;
            failing = true;
            underWay = false;
            return first;
        }

        /** Returns whether the ticks before this one failed. */
        synchronized boolean endFailing() {
            boolean was = failing;
            failing = false;
            return was;
        }
    }
}
