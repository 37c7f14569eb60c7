package io.sexton.simulation.log;

import com.google.protobuf.MessageLite;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.TextFormat;
import io.sexton.client.LogPosition;
import io.sexton.client.PublishException;
import io.sexton.client.spi.AnswerFeed;
import io.sexton.client.spi.ClientPorts;
import io.sexton.client.spi.LogWriter;
import io.sexton.client.spi.MonotonicClock;
import io.sexton.client.spi.Timers;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.simulation.World;
import io.sexton.simulation.kernel.Scheduler;
import io.sexton.simulation.kernel.SimulatedProcess;
import io.sexton.simulation.log.FaultPlan.Fault;
import io.sexton.testkit.SeededRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** The ports of the client in one process. */
public final class ClientAccess implements ClientPorts {
    private static final Duration DELIVERY_TIMEOUT = Duration.ofSeconds(30);

    private final World world;
    private final SimulatedProcess process;
    private final SeededRandom random;
    private final Producer producer = new Producer();

    public ClientAccess(World world, SimulatedProcess process) {
        this.world = world;
        this.process = process;
        random = world.random("client-" + process.name());
    }

    @Override
    public String processId() {
        return process.name();
    }

    @Override
    public LogWriter log() {
        return world.parts().log(producer);
    }

    @Override
    public AnswerFeed answers(String topic, AnswerFeed.Sink sink) {
        return new Feed(topic, sink);
    }

    @Override
    public MonotonicClock clock() {
        return world.parts().clock(process);
    }

    @Override
    public Timers timers() {
        return (deadline, action) -> {
            Duration left = deadline.remaining(clock().nanoTime()).plusMillis(1);
            Scheduler.Event event = process.later(left, action);
            return event::cancel;
        };
    }

    @Override
    public Executor sends() {
        return action -> process.later(Duration.ZERO, action);
    }

    @Override
    public Executor callbacks() {
        return action -> process.later(Duration.ofMillis(random.below(5)), action);
    }

    /** Runs a call that blocks for acknowledgements while other events run. */
    public <T> T blocking(BlockingCall<T> call) throws InterruptedException {
        int before = producer.waitsAt;
        producer.waitsAt = world.depth();
        try {
            return call.run();
        } finally {
            producer.waitsAt = before;
        }
    }

    /** A call of the client that blocks. */
    @FunctionalInterface
    public interface BlockingCall<T> {
        T run() throws InterruptedException;
    }

    private final class Producer implements LogWriter {
        private final Map<Integer, Instant> lastArrival = new HashMap<>();
        /** The depth of events at which sends block; events that run meanwhile are deeper. */
        private int waitsAt = -1;

        @Override
        public CompletableFuture<LogPosition> append(String topic, RegionId region, MessageLite message) {
            CompletableFuture<LogPosition> acknowledged =
                    send(topic, world.partitionOf(region), region.toKey(), message);
            if (waitsAt == world.depth()) {
                world.runUntil(() -> acknowledged.isDone() || !process.isAlive());
                if (!acknowledged.isDone()) {
                    acknowledged.completeExceptionally(new PublishException("the process has died", null));
                }
            }
            return acknowledged;
        }

        @Override
        public CompletableFuture<List<LogPosition>> appendToAllPartitions(String topic, MessageLite message) {
            List<CompletableFuture<LogPosition>> sends = new ArrayList<>();
            for (int partition = 0; partition < world.log().partitions(); partition++) {
                sends.add(send(topic, partition, new byte[0], message));
            }
            return CompletableFuture.allOf(sends.toArray(CompletableFuture[]::new))
                    .thenApply(
                            done -> sends.stream().map(CompletableFuture::join).toList());
        }

        @Override
        public int maxValueBytes(RegionId region) {
            return 1 << 20;
        }

        /** Records of one producer are in a partition in the order in which they were sent. */
        private CompletableFuture<LogPosition> send(String topic, int partition, byte[] key, MessageLite message) {
            byte[] value = message.toByteArray();

            CompletableFuture<LogPosition> acknowledged = new CompletableFuture<>();
            boolean lost = world.fails(Fault.APPEND_LOST);
            boolean silent = world.fails(Fault.ACKNOWLEDGEMENT_LOST);
            boolean twice = topic.equals(Topics.EVENTS) && world.fails(Fault.APPENDED_TWICE);
            Duration delay = world.fails(Fault.APPEND_SLOW)
                    ? random.between(Duration.ofSeconds(1), Duration.ofSeconds(20))
                    : random.between(Duration.ofMillis(1), Duration.ofMillis(20));
            Instant arrival = world.scheduler().now().plus(delay);
            Instant last = lastArrival.getOrDefault(partition, arrival);
            Instant ordered = last.isAfter(arrival) ? last : arrival;
            lastArrival.put(partition, ordered);
            world.scheduler().after(Duration.between(world.scheduler().now(), ordered), () -> {
                if (lost || !world.log().isReachable()) {
                    fail(acknowledged, DELIVERY_TIMEOUT);
                    return;
                }
                SimulatedLog.Partition target = world.log().partition(topic, partition);
                long offset = target.append(key, value);
                world.trace(
                        process.name(),
                        () -> "is in " + topic + "-" + partition + " at " + offset + ": " + text(message));
                if (twice) {
                    target.append(key, value);
                }
                if (silent) {
                    fail(acknowledged, random.between(Duration.ofSeconds(1), DELIVERY_TIMEOUT));
                } else {
                    process.later(
                            random.delay(Duration.ofMillis(10), Duration.ofMillis(500)),
                            () -> acknowledged.complete(new LogPosition(partition, offset)));
                }
            });
            return acknowledged;
        }

        private static String text(MessageLite message) {
            return message instanceof MessageOrBuilder full
                    ? TextFormat.printer().printToString(full)
                    : "?";
        }

        private void fail(CompletableFuture<LogPosition> acknowledged, Duration after) {
            process.later(
                    after, () -> acknowledged.completeExceptionally(new PublishException("no acknowledgement", null)));
        }
    }

    /** A reader of committed answers that delays some, and misses some and reports that. */
    private final class Feed implements AnswerFeed {
        private final String topic;
        private final Sink sink;
        private final Map<Integer, Long> positions = new HashMap<>();
        private final Map<Integer, Boolean> readPending = new HashMap<>();

        private Feed(String topic, Sink sink) {
            this.topic = topic;
            this.sink = sink;
        }

        @Override
        public Follow follow(RegionId region) {
            int partition = world.partitionOf(region);
            if (!positions.containsKey(partition)) {
                SimulatedLog.Partition log = world.log().partition(topic, partition);
                positions.put(partition, log.end());
                log.onMore(() -> pollSoon(partition));
            }
            return () -> CompletableFuture.completedFuture(null);
        }

        private void pollSoon(int partition) {
            if (!process.isAlive() || readPending.getOrDefault(partition, false)) {
                return;
            }
            readPending.put(partition, true);
            Duration delay = world.fails(Fault.ANSWER_LATE)
                    ? random.between(Duration.ofSeconds(1), Duration.ofMinutes(2))
                    : random.between(Duration.ofMillis(1), Duration.ofMillis(50));
            process.later(delay, () -> {
                readPending.put(partition, false);
                poll(partition);
            });
        }

        private void poll(int partition) {
            SimulatedLog.Partition log = world.log().partition(topic, partition);
            for (var next = log.next(positions.getOrDefault(partition, 0L));
                    next.isPresent();
                    next = log.next(positions.getOrDefault(partition, 0L))) {
                SimulatedLog.Entry entry = next.get();
                positions.put(partition, entry.offset() + 1);
                byte[] key = entry.key();
                byte[] value = entry.value();
                if (world.fails(Fault.ANSWER_MISSED)) {
                    sink.gap(partition, "an answer was missed");
                } else if (key != null && value != null) {
                    sink.record(RegionId.fromKey(key), new LogPosition(partition, entry.offset()), value);
                }
            }
        }

        @Override
        public void leave(Follow follow) {}

        @Override
        public int partitionOf(RegionId region) {
            return world.partitionOf(region);
        }

        @Override
        public String problem() {
            return "";
        }

        @Override
        public void close() {}
    }
}
