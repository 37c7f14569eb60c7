package io.sexton.client;

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
 * Reads one answer topic for the whole client: one thread and one consumer, whatever the number of pins or locks.
 *
 * <p>It reads only the partitions of the regions that somebody follows, each from the end that it had when the first
 * of them came, and belongs to no group. A {@link Follow} says when its region's partition is being read; whoever sends
 * a request only after that misses no answer. A transient error is retried for ever, from where reading had got to;
 * where records were lost all the same the sink is told of a gap.
 *
 * <p>Safe for use by any thread. The sink is called by the reading thread only, and must not block.
 */
final class TopicReader implements AnswerFeed {

    private static final Logger LOG = LoggerFactory.getLogger(TopicReader.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration POSITION_TIMEOUT = Duration.ofSeconds(2);
    private static final long RETRY_MILLIS = 500;
    /** How long a partition is read on after the last of its regions was left: most come back at once. */
    private static final long KEEP_NANOS = Duration.ofSeconds(30).toNanos();

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

    /** A partition that is, or is about to be, read. */
    private static final class Reading {
        private final List<Followed> waiting = new ArrayList<>();
        private int followers;
        private long leftAtNanos;
        private boolean positioned;
        private long nextOffset;
        /** Why records were missed since it was positioned last; empty if none were. */
        private String missed = "";
    }

    private final String topic;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Function<RuntimeException, String> problems;
    private final Sink sink;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);

    /** Guards what follows; never held while the consumer, the sink or a future is called. */
    private final Object lock = new Object();

    private final Map<Integer, Reading> partitions = new HashMap<>();
    private final List<Followed> beforePartitionsWereKnown = new ArrayList<>();
    private int partitionCount;
    private boolean started;
    private boolean closed;
    private String problem = "it has not been reached yet";
    private @Nullable Consumer<byte[], byte[]> consumer;

    /** @param problems returns why a consumer failed, as a phrase for people */
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
        boolean refused;
        synchronized (lock) {
            refused = closed;
            if (!closed) {
                if (!started) {
                    started = true;
                    thread.start();
                }
                if (partitionCount == 0) {
                    beforePartitionsWereKnown.add(follow);
                } else {
                    isRead = attach(follow);
                }
            }
        }
        if (refused) {
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
            if (beforePartitionsWereKnown.remove(follow) || partitionCount == 0) {
                return;
            }
            Reading reading = partitions.get(partitionOf(follow.region));
            if (reading != null) {
                reading.waiting.remove(follow);
                reading.followers--;
                reading.leftAtNanos = System.nanoTime();
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

    /** Returns whether the partition is being read already. */
    private boolean attach(Followed follow) {
        int partition = partitionOf(follow.region);
        Reading reading = partitions.get(partition);
        if (reading == null) {
            reading = new Reading();
            partitions.put(partition, reading);
            lock.notifyAll();
            if (consumer != null) {
                consumer.wakeup();
            }
        }
        reading.followers++;
        if (!reading.positioned) {
            reading.waiting.add(follow);
        }
        return reading.positioned;
    }

    private void run() {
        while (!isClosed()) {
            try (Consumer<byte[], byte[]> fresh = consumers.get()) {
                synchronized (lock) {
                    consumer = fresh;
                }
                readUntilClosed(fresh);
            } catch (WakeupException e) {
                // Closed, or a partition was added between two polls: look again.
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
                position(from, awaitUnread());
                assigned = assign(from, assigned);
                for (ConsumerRecord<byte[], byte[]> record : from.poll(POLL)) {
                    deliver(record);
                }
            } catch (OffsetOutOfRangeException e) {
                e.partitions().forEach(lost -> forgetPosition(lost, e));
                assigned = Set.of();
            } catch (WakeupException e) {
                // A partition was added, or this was closed: the loop looks. What is assigned may be half done.
                assigned = Set.of();
            }
        }
    }

    private void findPartitions(Consumer<byte[], byte[]> from) {
        int count = from.partitionsFor(topic).size();
        if (count == 0) {
            throw new KafkaException("topic " + topic + " does not exist");
        }
        List<Followed> early;
        synchronized (lock) {
            partitionCount = count;
            early = List.copyOf(beforePartitionsWereKnown);
            beforePartitionsWereKnown.clear();
            early.forEach(this::attach);
        }
    }

    /** Blocks while nothing is wanted; drops what nobody has followed for a while. Returns what has no position yet. */
    private List<TopicPartition> awaitUnread() {
        synchronized (lock) {
            long now = System.nanoTime();
            partitions.values().removeIf(reading -> reading.followers == 0 && now - reading.leftAtNanos >= KEEP_NANOS);
            while (partitions.isEmpty() && !closed) {
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    closed = true;
                }
            }
            List<TopicPartition> unread = new ArrayList<>();
            partitions.forEach((number, reading) -> {
                if (!reading.positioned) {
                    unread.add(partition(number));
                }
            });
            return unread;
        }
    }

    /**
     * Begins partitions at their end. One by one, and stopping at the first that has no leader: the others, whose
     * answers cannot wait, are read in between.
     */
    private void position(Consumer<byte[], byte[]> from, List<TopicPartition> unread) {
        Collections.shuffle(unread);
        for (TopicPartition at : unread) {
            try {
                begin(at, from.endOffsets(List.of(at), POSITION_TIMEOUT).getOrDefault(at, 0L));
            } catch (TimeoutException e) {
                report(e);
                return;
            }
        }
        synchronized (lock) {
            problem = "";
        }
    }

    private void begin(TopicPartition at, long end) {
        List<Followed> waiting;
        String missed;
        synchronized (lock) {
            Reading reading = partitions.get(at.partition());
            if (reading == null) {
                return;
            }
            reading.positioned = true;
            reading.nextOffset = end;
            waiting = List.copyOf(reading.waiting);
            reading.waiting.clear();
            missed = reading.missed;
            reading.missed = "";
        }
        waiting.forEach(follow -> follow.ready.complete(null));
        if (!missed.isEmpty()) {
            // Only now: whoever asks again because of it must not miss that answer too.
            tellOfGap(at.partition(), missed);
        }
    }

    private Set<Integer> assign(Consumer<byte[], byte[]> from, Set<Integer> assigned) {
        Map<TopicPartition, Long> positions = new HashMap<>();
        Set<Integer> wanted = new HashSet<>();
        synchronized (lock) {
            partitions.forEach((number, reading) -> {
                if (reading.positioned) {
                    wanted.add(number);
                    if (!assigned.contains(number)) {
                        positions.put(partition(number), reading.nextOffset);
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

    /** The log no longer has the record that would come next: go on at its end, and say so. */
    private void forgetPosition(TopicPartition lost, OffsetOutOfRangeException cause) {
        LOG.warn("Answers in {} may have been missed: {}", lost, cause.getMessage());
        synchronized (lock) {
            Reading reading = partitions.get(lost.partition());
            if (reading != null) {
                reading.positioned = false;
                reading.missed = "records of " + lost + " were removed before they were read";
            }
        }
    }

    private void deliver(ConsumerRecord<byte[], byte[]> record) {
        synchronized (lock) {
            Reading reading = partitions.get(record.partition());
            if (reading == null) {
                return;
            }
            reading.nextOffset = record.offset() + 1;
        }
        LogPosition at = new LogPosition(record.partition(), record.offset());
        try {
            sink.record(regionOf(record), at, record.value());
        } catch (RuntimeException e) {
            LOG.error("Record {} of {} cannot be read; what it answers counts as unanswered", at, topic, e);
            tellOfGap(record.partition(), "record " + at + " of " + topic + " cannot be read");
        }
    }

    private static RegionId regionOf(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null || record.value() == null) {
            throw new IllegalArgumentException("it has no key or no value");
        }
        return RegionId.fromKey(record.key());
    }

    private void tellOfGap(int partition, String why) {
        try {
            sink.gap(partition, why);
        } catch (RuntimeException e) {
            LOG.error("Telling of a gap in {} failed", topic, e);
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
            abandoned = new ArrayList<>(beforePartitionsWereKnown);
            partitions.values().forEach(reading -> abandoned.addAll(reading.waiting));
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
