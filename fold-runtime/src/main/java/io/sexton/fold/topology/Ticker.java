package io.sexton.fold.topology;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.sexton.v1.Tick;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends ticks to the partitions of a log: the only way in which time reaches a fold (design, section 4).
 *
 * <p>They are written by a plain idempotent producer, outside the transaction of Kafka Streams: a transactional write
 * into its own input would hold back what Streams can read. At most one tick of a partition is under way: whoever asks
 * again before it has been acknowledged is ignored, so a slow broker is not buried in ticks.
 *
 * <p>A tick that cannot be written is logged; the next interval tries again. Thread safe.
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
    private final Set<Integer> underWay = ConcurrentHashMap.newKeySet();

    /**
     * @param producer idempotent, not transactional; the caller closes it
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

    /** Appends a tick to the partition, unless one is under way. Does not wait. */
    public void tick(int partition) {
        if (!underWay.add(partition)) {
            return;
        }
        try {
            ProducerRecord<byte[], byte[]> tick = new ProducerRecord<>(topic, partition, NO_KEY, event.apply(now()));
            var unused = producer.send(tick, (metadata, error) -> {
                underWay.remove(partition);
                if (error != null) {
                    LOG.warn(
                            "No tick could be written to {}-{}; the next interval tries again",
                            topic,
                            partition,
                            error);
                }
            });
        } catch (RuntimeException e) {
            underWay.remove(partition);
            LOG.warn("No tick could be written to {}-{}; the next interval tries again", topic, partition, e);
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
}
