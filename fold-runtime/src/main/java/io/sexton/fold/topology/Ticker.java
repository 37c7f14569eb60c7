package io.sexton.fold.topology;

import com.google.protobuf.Timestamp;
import io.sexton.v1.Tick;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RetriableException;
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
 * <p>A tick that cannot be written is counted, the first of several is logged, and the next interval tries again; by
 * another producer where the error is one that a producer may never get over. Thread safe.
 */
public final class Ticker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Ticker.class);
    private static final byte[] NO_KEY = {};
    /** A producer that fails is given this long before it is replaced: not every such error is its own. */
    private static final Duration LEAST_AGE = Duration.ofSeconds(10);
    /** Upper bound on how long no tick compares the clocks of a partition's broker and ticker, due work or not (I3). */
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    /** Failures longer ago say nothing: nothing there is due any more, or the partition is another process's. */
    private static final Duration RECENT = Duration.ofMinutes(2);

    private final Supplier<Producer<byte[], byte[]>> producers;
    private final LongSupplier nanoTime;
    private final String topic;
    private final Function<Tick, byte[]> event;
    private final Clock wallClock;
    private final String id = UUID.randomUUID().toString();
    private final long startedNanos;
    private final Map<Integer, Line> lines = new ConcurrentHashMap<>();
    private final LongAdder written = new LongAdder();
    private final LongAdder failed = new LongAdder();

    /** Guards what follows; not held while a record is sent or a producer is closed. */
    private final Object lock = new Object();

    private Producer<byte[], byte[]> producer;
    private long producerMadeNanos;
    private boolean replaceProducer;
    private boolean closed;

    /** With one producer for ever, which {@link #close} closes; for tests. */
    public Ticker(Producer<byte[], byte[]> producer, String topic, Function<Tick, byte[]> event, Clock wallClock) {
        this(() -> producer, topic, event, wallClock, System::nanoTime);
    }

    /**
     * @param producers makes producers: idempotent, not transactional, and quick to give up, since the fold waits while
     *     one blocks
     * @param event wraps a tick as a record's value on that topic
     * @param nanoTime monotonic
     */
    public Ticker(
            Supplier<Producer<byte[], byte[]>> producers,
            String topic,
            Function<Tick, byte[]> event,
            Clock wallClock,
            LongSupplier nanoTime) {
        this.producers = producers;
        this.topic = topic;
        this.event = event;
        this.wallClock = wallClock;
        this.nanoTime = nanoTime;
        this.startedNanos = nanoTime.getAsLong();
        this.producer = producers.get();
        this.producerMadeNanos = startedNanos;
    }

    /**
     * Appends a tick to a partition in which something is due by this machine's clock, or to which none was written for a
     * minute; unless one is under way. Does not wait for the broker's answer. This machine's clock decides nothing but
     * that.
     *
     * @param nextWork when a tick would next have something to do; empty: nothing can fall due
     */
    public void atInterval(int partition, Optional<Instant> nextWork) {
        boolean due = nextWork.isPresent() && !nextWork.get().isAfter(wallClock.instant());
        if (due || line(partition).pausedFor(LONGEST_PAUSE, nanoTime.getAsLong())) {
            tick(partition);
        }
    }

    /** Appends a tick to the partition at once, unless one is under way. Does not wait for the broker's answer. */
    public void tick(int partition) {
        Line line = line(partition);
        if (line.begin(nanoTime.getAsLong())) {
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
        if (line.beginAfter(folded, nanoTime.getAsLong())) {
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
            write(partition, value, (metadata, error) -> {
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

    /** From the first to the last of the ticks of some partition that failed and of which none was written since. */
    public Duration failingFor() {
        long now = nanoTime.getAsLong();
        return Duration.ofNanos(lines.values().stream()
                .mapToLong(line -> line.failingNanos(now))
                .max()
                .orElse(0));
    }

    /** Waits a few seconds for what was sent; nothing can be written afterwards. */
    @Override
    public void close() {
        Producer<byte[], byte[]> last;
        synchronized (lock) {
            closed = true;
            last = producer;
        }
        last.close(Duration.ofSeconds(5));
    }

    private Line line(int partition) {
        return lines.computeIfAbsent(partition, Line::new);
    }

    private void send(Line line) {
        try {
            write(line.partition, event.apply(now()), (metadata, error) -> answered(line, metadata, error));
        } catch (RuntimeException e) {
            failed(line, e);
        }
    }

    private void write(int partition, byte[] value, Callback answered) {
        Producer<byte[], byte[]> from = usableProducer();
        try {
            var unused = from.send(new ProducerRecord<>(topic, partition, NO_KEY, value), (metadata, error) -> {
                if (error != null) {
                    doubt(from, error);
                }
                answered.onCompletion(metadata, error);
            });
        } catch (RuntimeException e) {
            doubt(from, e);
            throw e;
        }
    }

    /** An idempotent producer that is in its fatal state fails everything from then on, and does not say so. */
    private void doubt(Producer<byte[], byte[]> failing, Exception error) {
        synchronized (lock) {
            boolean passes = error instanceof RetriableException;
            replaceProducer |= !passes && failing.equals(producer);
        }
    }

    private Producer<byte[], byte[]> usableProducer() {
        Producer<byte[], byte[]> old;
        Producer<byte[], byte[]> usable;
        synchronized (lock) {
            long now = nanoTime.getAsLong();
            old = producer;
            if (replaceProducer && !closed && now - producerMadeNanos >= LEAST_AGE.toNanos()) {
                producer = producers.get();
                producerMadeNanos = now;
                replaceProducer = false;
            }
            usable = producer;
        }
        if (!usable.equals(old)) {
            LOG.warn("Ticks to {} are written by a new producer, since the one before kept failing", topic);
            old.close(Duration.ZERO);
        }
        return usable;
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
        if (line.endAt(metadata.offset(), nanoTime.getAsLong())) {
            send(line);
        }
    }

    private void failed(Line line, Exception error) {
        failed.increment();
        if (line.fail(nanoTime.getAsLong())) {
            LOG.warn(
                    "No tick could be written to {}-{}; until one is, nothing there falls due. Each interval tries again",
                    topic,
                    line.partition,
                    error);
        }
    }

    private Tick now() {
        Instant wall = wallClock.instant();
        long uptimeMillis = (nanoTime.getAsLong() - startedNanos) / 1_000_000;
        return Tick.newBuilder()
                .setWallClock(
                        Timestamp.newBuilder().setSeconds(wall.getEpochSecond()).setNanos(wall.getNano()))
                .setTicker(id)
                .setUptime(com.google.protobuf.Duration.newBuilder()
                        .setSeconds(uptimeMillis / 1000)
                        .setNanos((int) (uptimeMillis % 1000) * 1_000_000))
                .build();
    }

    /** The ticks of one partition. No lock is held while the producer is called: it may call back at once. */
    private static final class Line {
        private final int partition;
        private boolean underWay;
        /** Whether a tick was sent to it, and none has failed since: then {@code sentLast} counts. */
        private boolean ticking;

        private long sentLast;
        private boolean failing;
        private long failingSince;
        private long failedLast;
        private long lastWritten = -1;
        private long workLeftAfter = -1;

        Line(int partition) {
            this.partition = partition;
        }

        synchronized boolean pausedFor(Duration pause, long now) {
            return !ticking || now - sentLast >= pause.toNanos();
        }

        synchronized boolean begin(long now) {
            if (underWay) {
                return false;
            }
            sending(now);
            return true;
        }

        synchronized boolean beginAfter(long folded, long now) {
            workLeftAfter = folded;
            return folded >= lastWritten && begin(now);
        }

        private void sending(long now) {
            underWay = true;
            ticking = true;
            sentLast = now;
        }

        /** Returns whether another one is to follow: the fold may have read this one before its writer had the answer. */
        synchronized boolean endAt(long offset, long now) {
            lastWritten = offset;
            underWay = false;
            if (workLeftAfter >= offset) {
                sending(now);
            }
            return underWay;
        }

        /** Returns whether it is the first failure since a success. */
        synchronized boolean fail(long now) {
            boolean first = !failing;
            if (first || now - failedLast > RECENT.toNanos()) {
                failingSince = now;
            }
            failing = true;
            failedLast = now;
            underWay = false;
            ticking = false;
            return first;
        }

        synchronized long failingNanos(long now) {
            return failing && now - failedLast <= RECENT.toNanos() ? failedLast - failingSince : 0;
        }

        /** Returns whether the ticks before this one failed. */
        synchronized boolean endFailing() {
            boolean was = failing;
            failing = false;
            return was;
        }
    }
}
