package io.sexton.client.internal;

import io.sexton.client.LogPosition;
import io.sexton.client.spi.AnswerFeed;
import io.sexton.proto.RegionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reader of one answer topic for the whole client, with one thread and one consumer for any number of pins or
 * locks.
 *
 * <p>It reads only the partitions of followed regions, each from its end at the time of the first follow, and belongs
 * to no consumer group. A {@link Follow} is ready when its region's partition is being read: the answer to a request
 * that is sent after that is not missed. A transient error is retried forever, from the last position. If records were
 * lost, the sink receives a gap.
 *
 * <p>Safe for use by any thread. The sink is called by the reading thread only, and must not block.
 */
final class TopicReader implements AnswerFeed {

    private static final Logger LOG = LoggerFactory.getLogger(TopicReader.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration POSITION_TIMEOUT = Duration.ofSeconds(2);
    private static final long RETRY_MILLIS = 500;
    /** Time for which a partition is still read after its last follower left, because most followers return soon. */
    private static final long IDLE_NANOS = Duration.ofSeconds(30).toNanos();

    private static final class Followed implements Follow {
        private final RegionId region;
        private final CompletableFuture<Void> ready = new CompletableFuture<>();
        private boolean left;

        private Followed(RegionId region) {
            this.region = region;
        }

        @Override
        public CompletableFuture<Void> ready() {
            return ready;
        }
    }

    /** The state of a partition that is read or is about to be read. */
    private static final class PartitionState {
        private final List<Followed> waiting = new ArrayList<>();
        private int followers;
        private long leftAtNanos;
        private boolean positioned;
        private long nextOffset;
        /** The reason for which records were missed since the last position; empty if none were. */
        private String missed = "";
    }

    private final String topic;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Function<RuntimeException, String> problems;
    private final Sink sink;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);

    /** Guards the fields below. Never held while the consumer, the sink or a future is called. */
    private final Object lock = new Object();

    private final Map<Integer, PartitionState> partitions = new HashMap<>();
    private final List<Followed> pendingFollows = new ArrayList<>();
    private int partitionCount;
    private boolean started;
    private boolean closed;
    private String problem = "it has not been reached yet";
    private @Nullable Consumer<byte[], byte[]> consumer;

    /** @param problems returns the reason for a failure of the consumer, as a phrase for people */
    TopicReader(
            String topic,
            String threadName,
            Supplier<Consumer<byte[], byte[]>> consumers,
            Function<RuntimeException, String> problems,
            Sink sink) {
        this.topic = topic;
        this.consumers = consumers;
        this.problems = problems;
        this.sink = sink;
        this.thread = new Thread(this::run, threadName);
        this.thread.setDaemon(true);
    }

    @Override
    public Follow follow(RegionId region) {
        Followed follow = new Followed(region);
        boolean isRead = false;
        boolean rejected;
        synchronized (lock) {
            rejected = closed;
            if (!closed) {
                if (!started) {
                    started = true;
                    thread.start();
                }
                if (partitionCount == 0) {
                    pendingFollows.add(follow);
                } else {
                    isRead = addFollower(follow);
                }
            }
        }
        if (rejected) {
            follow.ready.completeExceptionally(new IllegalStateException("the client is closed"));
        } else if (isRead) {
            follow.ready.complete(null);
        }
        return follow;
    }

    @Override
    public void leave(Follow left) {
        Followed follow = (Followed) left;
        synchronized (lock) {
            if (follow.left) {
                return;
            }
            follow.left = true;
            if (pendingFollows.remove(follow) || partitionCount == 0) {
                return;
            }
            PartitionState state = partitions.get(partitionOf(follow.region));
            if (state != null) {
                state.waiting.remove(follow);
                state.followers--;
                state.leftAtNanos = System.nanoTime();
            }
        }
    }

    @Override
    public int partitionOf(RegionId region) {
        synchronized (lock) {
            return Utils.toPositive(Utils.murmur2(region.toKey())) % partitionCount;
        }
    }

    @Override
    public String problem() {
        synchronized (lock) {
            return problem;
        }
    }

    /** Adds a follower to its partition. Returns whether the partition is being read already. */
    private boolean addFollower(Followed follow) {
        int partition = partitionOf(follow.region);
        PartitionState state = partitions.get(partition);
        if (state == null) {
            state = new PartitionState();
            partitions.put(partition, state);
            lock.notifyAll();
            if (consumer != null) {
                consumer.wakeup();
            }
        }
        state.followers++;
        if (!state.positioned) {
            state.waiting.add(follow);
        }
        return state.positioned;
    }

    private void run() {
        while (!isClosed()) {
            try (Consumer<byte[], byte[]> fresh = consumers.get()) {
                synchronized (lock) {
                    consumer = fresh;
                }
                readUntilClosed(fresh);
            } catch (WakeupException e) {
                // Closed, or a partition was added between two polls: the loop checks both.
            } catch (RuntimeException e) {
                report(e);
                pause();
            } finally {
                synchronized (lock) {
                    consumer = null;
                }
            }
        }
    }

    private void readUntilClosed(Consumer<byte[], byte[]> from) {
        findPartitions(from);
        Set<Integer> assigned = Set.of();
        while (!isClosed()) {
            try {
                position(from, awaitUnpositioned());
                assigned = assign(from, assigned);
                for (ConsumerRecord<byte[], byte[]> record : from.poll(POLL)) {
                    deliver(record);
                }
            } catch (OffsetOutOfRangeException e) {
                e.partitions().forEach(lost -> resetPosition(lost, e));
                assigned = Set.of();
            } catch (WakeupException e) {
                // A partition was added, or this was closed: the loop checks both. The assignment may be incomplete.
                assigned = Set.of();
            }
        }
    }

    private void findPartitions(Consumer<byte[], byte[]> from) {
        int count = from.partitionsFor(topic).size();
        if (count == 0) {
            throw new KafkaException("topic " + topic + " does not exist");
        }
        List<Followed> pending;
        synchronized (lock) {
            partitionCount = count;
            pending = List.copyOf(pendingFollows);
            pendingFollows.clear();
            pending.forEach(this::addFollower);
        }
    }

    /**
     * Drops partitions without recent followers, blocks while there is none left, and returns those without a position.
     */
    private List<TopicPartition> awaitUnpositioned() {
        synchronized (lock) {
            long now = System.nanoTime();
            partitions.values().removeIf(state -> state.followers == 0 && now - state.leftAtNanos >= IDLE_NANOS);
            while (partitions.isEmpty() && !closed) {
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    closed = true;
                }
            }
            List<TopicPartition> unpositioned = new ArrayList<>();
            partitions.forEach((number, state) -> {
                if (!state.positioned) {
                    unpositioned.add(partition(number));
                }
            });
            return unpositioned;
        }
    }

    /**
     * Positions partitions at their end, one by one. Stops at the first one without a leader, so that answers in the
     * others are read meanwhile. The order is random, so that one such partition does not block the others forever.
     */
    private void position(Consumer<byte[], byte[]> from, List<TopicPartition> unpositioned) {
        Collections.shuffle(unpositioned);
        for (TopicPartition at : unpositioned) {
            try {
                startAt(at, from.endOffsets(List.of(at), POSITION_TIMEOUT).getOrDefault(at, 0L));
            } catch (TimeoutException e) {
                report(e);
                return;
            }
        }
        synchronized (lock) {
            problem = "";
        }
    }

    private void startAt(TopicPartition at, long end) {
        List<Followed> waiting;
        String missed;
        synchronized (lock) {
            PartitionState state = partitions.get(at.partition());
            if (state == null) {
                return;
            }
            state.positioned = true;
            state.nextOffset = end;
            waiting = List.copyOf(state.waiting);
            state.waiting.clear();
            missed = state.missed;
            state.missed = "";
        }
        waiting.forEach(follow -> follow.ready.complete(null));
        if (!missed.isEmpty()) {
            // Reported only now, so that the answer to a request that is repeated because of the gap is not missed.
            reportGap(at.partition(), missed);
        }
    }

    private Set<Integer> assign(Consumer<byte[], byte[]> from, Set<Integer> assigned) {
        Map<TopicPartition, Long> positions = new HashMap<>();
        Set<Integer> wanted = new HashSet<>();
        synchronized (lock) {
            partitions.forEach((number, state) -> {
                if (state.positioned) {
                    wanted.add(number);
                    if (!assigned.contains(number)) {
                        positions.put(partition(number), state.nextOffset);
                    }
                }
            });
        }
        if (!wanted.equals(assigned)) {
            from.assign(wanted.stream().map(this::partition).toList());
            positions.forEach(from::seek);
        }
        return wanted;
    }

    /** Notes that the next record was removed from the log: reading resumes at its end, and a gap is reported. */
    private void resetPosition(TopicPartition lost, OffsetOutOfRangeException cause) {
        LOG.warn("Answers in {} may have been missed: {}", lost, cause.getMessage());
        synchronized (lock) {
            PartitionState state = partitions.get(lost.partition());
            if (state != null) {
                state.positioned = false;
                state.missed = "records of " + lost + " were removed before they were read";
            }
        }
    }

    private void deliver(ConsumerRecord<byte[], byte[]> record) {
        synchronized (lock) {
            PartitionState state = partitions.get(record.partition());
            if (state == null) {
                return;
            }
            state.nextOffset = record.offset() + 1;
        }
        LogPosition at = new LogPosition(record.partition(), record.offset());
        try {
            sink.record(regionOf(record), at, record.value());
        } catch (RuntimeException e) {
            LOG.error("Record {} of {} cannot be read; its request counts as unanswered", at, topic, e);
            reportGap(record.partition(), "record " + at + " of " + topic + " cannot be read");
        }
    }

    private static RegionId regionOf(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null || record.value() == null) {
            throw new IllegalArgumentException("it has no key or no value");
        }
        return RegionId.fromKey(record.key());
    }

    private void reportGap(int partition, String why) {
        try {
            sink.gap(partition, why);
        } catch (RuntimeException e) {
            LOG.error("The report of a gap in {} failed", topic, e);
        }
    }

    private void report(RuntimeException e) {
        String why = problems.apply(e);
        synchronized (lock) {
            if (closed) {
                return;
            }
            problem = why;
        }
        LOG.warn("Cannot read {}, trying again: {}", topic, why);
    }

    private void pause() {
        try {
            if (closing.await(RETRY_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.debug("Reading of {} ends", topic);
            }
        } catch (InterruptedException e) {
            synchronized (lock) {
                closed = true;
            }
        }
    }

    private TopicPartition partition(int number) {
        return new TopicPartition(topic, number);
    }

    private boolean isClosed() {
        synchronized (lock) {
            return closed;
        }
    }

    @Override
    public void close() {
        List<Followed> abandoned;
        closing.countDown();
        synchronized (lock) {
            closed = true;
            abandoned = new ArrayList<>(pendingFollows);
            partitions.values().forEach(state -> abandoned.addAll(state.waiting));
            lock.notifyAll();
            if (consumer != null) {
                consumer.wakeup();
            }
        }
        abandoned.forEach(
                follow -> follow.ready.completeExceptionally(new IllegalStateException("the client is closed")));
        if (started && !Thread.currentThread().equals(thread)) {
            joinUninterruptibly();
        }
    }

    private void joinUninterruptibly() {
        try {
            thread.join(Duration.ofSeconds(5).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
