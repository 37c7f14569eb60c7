package io.sexton.client.testing;

import com.google.protobuf.MessageLite;
import io.sexton.client.LogPosition;
import io.sexton.client.PublishException;
import io.sexton.client.spi.AnswerFeed;
import io.sexton.client.spi.Deadline;
import io.sexton.client.spi.LogWriter;
import io.sexton.client.spi.MonotonicClock;
import io.sexton.client.spi.Timers;
import io.sexton.proto.RegionId;
import io.sexton.testkit.SeededRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * A single-threaded simulation with one clock, one log and faults, all from one seed. Appends may be late, lost, or
 * fail although they were logged. Answers may be late or missed. Appends of one client are logged in its order, as by
 * an idempotent producer.
 */
public final class SimulatedWorld implements MonotonicClock, Timers {

    /** The fold of the log. */
    public interface Fold {
        void apply(long offset, MessageLite message);
    }

    private record Event(long time, long number, Runnable action) {}

    private final PriorityQueue<Event> events = new PriorityQueue<>((a, b) -> {
        int byTime = Long.compare(a.time, b.time);
        return byTime != 0 ? byTime : Long.compare(a.number, b.number);
    });
    private final List<String> trace = new ArrayList<>();
    private final Fold fold;
    public final SeededRandom random;
    private long now = 1_000_000_000_000L;
    private long numbers;
    private long offsets;
    private boolean faulty = true;

    public SimulatedWorld(long seed, Fold fold) {
        this.random = new SeededRandom(seed);
        this.fold = fold;
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public Task at(Deadline deadline, Runnable action) {
        boolean[] cancelled = {false};
        schedule(Math.max(now, deadline.nanos()), () -> {
            if (!cancelled[0]) {
                action.run();
            }
        });
        return () -> cancelled[0] = true;
    }

    public void after(long nanos, Runnable action) {
        schedule(now + nanos, action);
    }

    private void schedule(long time, Runnable action) {
        events.add(new Event(time, numbers++, action));
    }

    /** Runs the scheduled actions of a length of time. */
    public void run(Duration length, Runnable afterEach) {
        long end = now + length.toNanos();
        while (!events.isEmpty() && events.peek().time <= end) {
            Event next = events.remove();
            now = next.time;
            next.action.run();
            afterEach.run();
        }
        now = end;
        afterEach.run();
    }

    public void stopFaults() {
        faulty = false;
        note("no more faults");
    }

    public boolean happens(double probability) {
        return faulty && random.nextDouble() < probability;
    }

    /** Returns a delay: mostly short, rarely up to the maximum; always short after faults have stopped. */
    public long delay(Duration rareMaximum) {
        long longest =
                happens(0.05) ? rareMaximum.toNanos() : Duration.ofMillis(20).toNanos();
        return random.nextLong(1, longest);
    }

    public void note(String what) {
        trace.add(now / 1_000_000 + " ms: " + what);
    }

    public String trace() {
        return String.join("\n", trace.subList(Math.max(0, trace.size() - 100), trace.size()));
    }

    /** Returns an executor of one thread, which may lag. */
    public Executor executor() {
        Channel channel = new Channel(Duration.ofMillis(200));
        return channel::send;
    }

    /** A channel that runs actions in order, each after a delay. */
    public final class Channel {
        private final Duration rareMaximum;
        private long last;

        Channel(Duration rareMaximum) {
            this.rareMaximum = rareMaximum;
        }

        void send(Runnable action) {
            last = Math.max(last, now + delay(rareMaximum));
            schedule(last, action);
        }
    }

    /** The producer of a client. */
    public final class Log implements LogWriter {
        private final Channel toLog;
        private final Channel toClient;

        public Log(Duration rareMaximum) {
            toLog = new Channel(rareMaximum);
            toClient = new Channel(rareMaximum);
        }

        @Override
        public CompletableFuture<LogPosition> append(String topic, RegionId region, MessageLite message) {
            CompletableFuture<LogPosition> acknowledged = new CompletableFuture<>();
            boolean lost = happens(0.05);
            boolean unknown = lost || happens(0.05);
            if (unknown) {
                toClient.send(() -> acknowledged.completeExceptionally(new PublishException("no answer", null)));
            }
            if (!lost) {
                toLog.send(() -> {
                    long offset = offsets++;
                    fold.apply(offset, message);
                    if (!unknown) {
                        toClient.send(() -> acknowledged.complete(new LogPosition(0, offset)));
                    }
                });
            }
            return acknowledged;
        }

        @Override
        public CompletableFuture<List<LogPosition>> appendToAllPartitions(String topic, MessageLite message) {
            throw new UnsupportedOperationException("the simulation appends to no topic as a whole");
        }

        @Override
        public int maxValueBytes(RegionId region) {
            return 1_000_000;
        }
    }

    /** The answer feed of a client. */
    public final class Feed implements AnswerFeed {
        private final Sink sink;
        private final Channel channel;

        public Feed(Sink sink, Duration rareMaximum) {
            this.sink = sink;
            this.channel = new Channel(rareMaximum);
        }

        public void deliver(RegionId region, MessageLite message) {
            byte[] bytes = message.toByteArray();
            if (happens(0.02)) {
                channel.send(() -> {
                    note("an answer is missed");
                    sink.gap(0, "missed");
                });
            } else {
                channel.send(() -> sink.record(region, new LogPosition(0, 0), bytes));
            }
        }

        @Override
        public Follow follow(RegionId region) {
            return () -> CompletableFuture.completedFuture(null);
        }

        @Override
        public void leave(Follow follow) {}

        @Override
        public int partitionOf(RegionId region) {
            return 0;
        }

        @Override
        public String problem() {
            return "";
        }

        @Override
        public void close() {}
    }
}
