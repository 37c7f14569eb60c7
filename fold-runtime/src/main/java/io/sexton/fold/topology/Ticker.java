package io.sexton.fold.topology;

import io.sexton.fold.core.TickSchedule;
import io.sexton.proto.Times;
import io.sexton.v1.Tick;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
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
 * The writer of ticks to the partitions of a log, by the {@link TickSchedule} of each: the only way in which time reaches a
 * fold (design, section 4).
 *
 * <p>Ticks are written by a plain idempotent producer, outside the transaction of Kafka Streams: a transactional write into
 * its own input would delay the records that Streams can read.
 *
 * <p>A tick that cannot be written is counted, the first of several is logged, and the next interval sends another one; by
 * another producer if the error may be fatal for the producer. Thread safe.
 */
public final class Ticker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Ticker.class);
    private static final byte[] NO_KEY = {};
    /** Age from which on a failing producer is replaced: not every such error is the producer's own. */
    private static final Duration LEAST_AGE = Duration.ofSeconds(10);
    /** Age up to which failures count. Later, nothing there is due any more, or another process has the partition. */
    private static final Duration RECENT = Duration.ofMinutes(2);

    private final Supplier<Producer<byte[], byte[]>> producers;
    private final LongSupplier nanoTime;
    private final String topic;
    private final Function<Tick, byte[]> event;
    private final Clock wallClock;
    private final String id = UUID.randomUUID().toString();
    private final long startedNanos;
    private final Map<Integer, Ticks> partitions = new ConcurrentHashMap<>();
    private final LongAdder written = new LongAdder();
    private final LongAdder failed = new LongAdder();

    /** Guards the fields below. Not held while a record is sent or a producer is closed. */
    private final Object lock = new Object();

    private Producer<byte[], byte[]> producer;
    private long producerMadeNanos;
    private boolean replaceProducer;
    private boolean closed;

    /** Creates a ticker with one producer that is never replaced, for tests. {@link #close} closes it. */
    public Ticker(Producer<byte[], byte[]> producer, String topic, Function<Tick, byte[]> event, Clock wallClock) {
        this(() -> producer, topic, event, wallClock, System::nanoTime);
    }

    /**
     * Creates a ticker.
     *
     * @param producers creates producers: idempotent, not transactional, and with short time-outs, because the fold waits
     *     while one blocks
     * @param event wraps a tick as the value of a record on that topic
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
     * Appends a tick to a partition if one is due by {@link TickSchedule#beginAtInterval}. Does not wait for the
     * acknowledgement.
     *
     * @param nextWork the fold's
     */
    public void atInterval(int partition, Optional<Instant> nextWork) {
        Ticks ticks = ticks(partition);
        if (ticks.beginAtInterval(nextWork, wallClock.instant(), uptime())) {
            send(ticks);
        }
    }

    /** Appends a tick to the partition at once, unless one is in flight. Does not wait for the acknowledgement. */
    public void tick(int partition) {
        Ticks ticks = ticks(partition);
        if (ticks.begin(uptime())) {
            send(ticks);
        }
    }

    /**
     * Appends a tick to a partition after a record that left work, once the last tick has been applied.
     *
     * @param applied offset of that record
     */
    public void continueAfter(int partition, long applied) {
        Ticks ticks = ticks(partition);
        if (ticks.beginAfter(applied, uptime())) {
            send(ticks);
        }
    }

    /**
     * Appends an event of the service itself, by the same producer. Does not wait for the acknowledgement.
     *
     * @return completes when it is acknowledged, or with the error by which it may not have been written
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

    /** Returns the number of ticks that brokers have acknowledged. */
    public long written() {
        return written.sum();
    }

    /** Returns the number of ticks that were not written, or of which it is not known. */
    public long failed() {
        return failed.sum();
    }

    /** Returns the longest time, over all partitions, from the first to the last failed tick since one was written. */
    public Duration failingFor() {
        Duration now = uptime();
        return partitions.values().stream()
                .map(ticks -> ticks.failingFor(now))
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    /** Waits up to five seconds for the records in flight. Nothing can be written afterwards. */
    @Override
    public void close() {
        Producer<byte[], byte[]> last;
        synchronized (lock) {
            closed = true;
            last = producer;
        }
        last.close(Duration.ofSeconds(5));
    }

    private Ticks ticks(int partition) {
        return partitions.computeIfAbsent(partition, Ticks::new);
    }

    private Duration uptime() {
        return Duration.ofNanos(nanoTime.getAsLong() - startedNanos);
    }

    private void send(Ticks ticks) {
        try {
            write(ticks.partition, event.apply(now()), (metadata, error) -> acknowledged(ticks, metadata, error));
        } catch (RuntimeException e) {
            failed(ticks, e);
        }
    }

    private void write(int partition, byte[] value, Callback acknowledged) {
        Producer<byte[], byte[]> from = usableProducer();
        try {
            var unused = from.send(new ProducerRecord<>(topic, partition, NO_KEY, value), (metadata, error) -> {
                if (error != null) {
                    doubt(from, error);
                }
                acknowledged.onCompletion(metadata, error);
            });
        } catch (RuntimeException e) {
            doubt(from, e);
            throw e;
        }
    }

    /** Marks a producer for replacement: after a fatal error an idempotent producer fails all that follows. */
    private void doubt(Producer<byte[], byte[]> failing, Exception error) {
        synchronized (lock) {
            replaceProducer |= !(error instanceof RetriableException) && failing.equals(producer);
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

    private void acknowledged(Ticks ticks, RecordMetadata metadata, @Nullable Exception error) {
        if (error != null) {
            failed(ticks, error);
            return;
        }
        written.increment();
        if (ticks.endFailing()) {
            LOG.info("Ticks are written to {}-{} again", topic, ticks.partition);
        }
        if (ticks.written(metadata.offset(), uptime())) {
            send(ticks);
        }
    }

    private void failed(Ticks ticks, Exception error) {
        failed.increment();
        if (ticks.failed(uptime())) {
            LOG.warn(
                    "No tick could be written to {}-{}; until one is, nothing there falls due. Each interval tries again",
                    topic,
                    ticks.partition,
                    error);
        }
    }

    private Tick now() {
        return Tick.newBuilder()
                .setWallClock(Times.toProto(wallClock.instant()))
                .setTicker(id)
                .setUptime(Times.toProto(uptime().truncatedTo(ChronoUnit.MILLIS)))
                .build();
    }

    /** The ticks of one partition. No lock is held while the producer is called, because it may call back at once. */
    private static final class Ticks {
        private final int partition;
        private final TickSchedule schedule = new TickSchedule();
        /** Uptimes; {@code null} while ticks do not fail. */
        private @Nullable Duration failingSince;

        private @Nullable Duration failedLast;

        Ticks(int partition) {
            this.partition = partition;
        }

        synchronized boolean beginAtInterval(Optional<Instant> nextWork, Instant wall, Duration now) {
            return schedule.beginAtInterval(nextWork, wall, now);
        }

        synchronized boolean begin(Duration now) {
            return schedule.begin(now);
        }

        synchronized boolean beginAfter(long applied, Duration now) {
            return schedule.beginAfter(applied, now);
        }

        synchronized boolean written(long offset, Duration now) {
            return schedule.written(offset, now);
        }

        /** Returns whether it is the first failure since a success. */
        synchronized boolean failed(Duration now) {
            schedule.failed();
            boolean first = failingSince == null;
            if (!isRecent(now)) {
                failingSince = now;
            }
            failedLast = now;
            return first;
        }

        synchronized Duration failingFor(Duration now) {
            return failingSince != null && failedLast != null && isRecent(now)
                    ? failedLast.minus(failingSince)
                    : Duration.ZERO;
        }

        private boolean isRecent(Duration now) {
            return failedLast != null && now.minus(failedLast).compareTo(RECENT) <= 0;
        }

        /** Returns whether the ticks before this one failed. */
        synchronized boolean endFailing() {
            boolean was = failingSince != null;
            failingSince = null;
            failedLast = null;
            return was;
        }
    }
}
