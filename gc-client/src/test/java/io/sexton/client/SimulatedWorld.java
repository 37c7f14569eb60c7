package io.sexton.client;

import com.google.protobuf.MessageLite;
import io.sexton.proto.RegionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * A single-threaded world with one clock, one log and faults, all from one seed: appends may be late, lost, or
 * acknowledged as failed although they were logged; answers may be late or missed. What is appended by one client is
 * logged in its order, as an idempotent producer does it.
 */
final class SimulatedWorld implements MonotonicClock, Timers {

    /** Applies what is logged. */
    interface Fold {
        void apply(long offset, MessageLite message);
    }

    private record Event(long time, long number, Runnable action) {}

    private final PriorityQueue<Event> events = new PriorityQueue<>((a, b) -> {
        int byTime = Long.compare(a.time, b.time);
        return byTime != 0 ? byTime : Long.compare(a.number, b.number);
    });
    private final List<String> trace = new ArrayList<>();
    private final Fold fold;
    final SplittableRandom random;
    private long now = 1_000_000_000_000L;
    private long numbers;
    private long offsets;
    private boolean faulty = true;

    SimulatedWorld(long seed, Fold fold) {
        this.random = new SplittableRandom(seed);
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

    void after(long nanos, Runnable action) {
        schedule(now + nanos, action);
    }

    private void schedule(long time, Runnable action) {
        events.add(new Event(time, numbers++, action));
    }

    /** Runs what comes next, up to a time. */
    void run(Duration length, Runnable afterEach) {
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

    void heal() {
        faulty = false;
        note("no more faults");
    }

    boolean happens(double probability) {
        return faulty && random.nextDouble() < probability;
    }

    /** Mostly short, now and then long; nothing but short once the faults are over. */
    long delay(Duration seldomUpTo) {
        long longest =
                happens(0.05) ? seldomUpTo.toNanos() : Duration.ofMillis(20).toNanos();
        return random.nextLong(1, longest);
    }

    void note(String what) {
        trace.add(now / 1_000_000 + " ms: " + what);
    }

    String trace() {
        return String.join("\n", trace.subList(Math.max(0, trace.size() - 100), trace.size()));
    }

    /** An executor of one thread, which may lag. */
    Executor executor() {
        Channel channel = new Channel(Duration.ofMillis(200));
        return channel::send;
    }

    /** Hands things over in order, each after a delay. */
    final class Channel {
        private final Duration seldomUpTo;
        private long last;

        Channel(Duration seldomUpTo) {
            this.seldomUpTo = seldomUpTo;
        }

        void send(Runnable action) {
            last = Math.max(last, now + delay(seldomUpTo));
            schedule(last, action);
        }
    }

    /** A client's producer. */
    final class Log implements LogWriter {
        private final Channel toLog;
        private final Channel toClient;

        Log(Duration seldomUpTo) {
            toLog = new Channel(seldomUpTo);
            toClient = new Channel(seldomUpTo);
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
            throw new UnsupportedOperationException("nothing here concerns all partitions");
        }

        @Override
        public void flush() {}

        @Override
        public int maxValueBytes(RegionId region) {
            return 1_000_000;
        }
    }

    /** A client's reading of an answer topic. */
    final class Feed implements AnswerFeed {
        private final Sink sink;
        private final Channel channel;

        Feed(Sink sink, Duration seldomUpTo) {
            this.sink = sink;
            this.channel = new Channel(seldomUpTo);
        }

        void deliver(RegionId region, MessageLite message) {
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
