package io.sexton.sources.rocksdb;

import com.google.protobuf.MessageLite;
import io.sexton.client.AnswerFeed;
import io.sexton.client.ClientPorts;
import io.sexton.client.LogPosition;
import io.sexton.client.LogWriter;
import io.sexton.client.MonotonicClock;
import io.sexton.client.PublishException;
import io.sexton.client.SextonClient;
import io.sexton.client.Timers;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.v1.Notice;
import io.sexton.v1.QueryHeartbeat;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.RegionEvent.EventCase;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A log in memory that acknowledges at once, and a fake of Sexton that accepts pins and admits compactions. The only
 * implementation of the client's ports in these tests.
 */
final class FakeSexton implements ClientPorts, LogWriter, AutoCloseable {

    private static final AtomicInteger PROCESSES = new AtomicInteger();

    /** All acknowledged events, in order. */
    final List<RegionEvent> events = new CopyOnWriteArrayList<>();
    /** Kinds of events that are not acknowledged. */
    final Set<EventCase> unacknowledged = ConcurrentHashMap.newKeySet();
    /** The number of pins to reject before the first one is accepted. */
    final AtomicInteger pinsToReject = new AtomicInteger();

    /** Paths that are rejected when a compaction starts with them. */
    final Set<String> rejectedPaths = ConcurrentHashMap.newKeySet();

    private final List<AnswerFeed.Sink> notices = new CopyOnWriteArrayList<>();
    private final AtomicLong offsets = new AtomicLong();
    private final AtomicLong advanced = new AtomicLong();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread made = new Thread(work, "fake-sexton");
        made.setDaemon(true);
        return made;
    });

    SextonClient client(Duration orphanLinger) {
        return SextonClient.builder(this)
                .name("test")
                .orphanLinger(orphanLinger)
                .build();
    }

    List<EventCase> kinds() {
        return events.stream().map(RegionEvent::getEventCase).toList();
    }

    long count(EventCase kind) {
        return kinds().stream().filter(kind::equals).count();
    }

    /** Lets time pass on the client's clock. */
    void advance(Duration time) {
        advanced.addAndGet(time.toNanos());
    }

    void deliver(RegionId region, Notice notice) {
        thread.execute(() -> notices.forEach(sink -> sink.record(region, new LogPosition(0, 0), notice.toByteArray())));
    }

    @Override
    public CompletableFuture<LogPosition> append(String topic, RegionId region, MessageLite message) {
        RegionEvent event = (RegionEvent) message;
        if (unacknowledged.contains(event.getEventCase())) {
            return CompletableFuture.failedFuture(new PublishException("not acknowledged", null));
        }
        long offset;
        synchronized (this) {
            offset = offsets.getAndIncrement();
            events.add(event);
        }
        if (event.hasQueryHeartbeat()) {
            deliver(region, verdict(event.getQueryHeartbeat(), offset));
        }
        event.getCompactionStarted().getTempFilesList().stream()
                .filter(rejectedPaths::contains)
                .forEach(path -> deliver(region, rejection(path, offset)));
        return CompletableFuture.completedFuture(new LogPosition(0, offset));
    }

    private static Notice rejection(String path, long offset) {
        Notice.Builder notice = Notice.newBuilder();
        notice.getEventRejectedBuilder().setOffset(offset).setPath(path).setDetail("it is gone");
        return notice.build();
    }

    private Notice verdict(QueryHeartbeat heartbeat, long offset) {
        boolean isPin = heartbeat.getPinCase() != QueryHeartbeat.PinCase.PIN_NOT_SET;
        boolean accepted = isPin && pinsToReject.getAndUpdate(left -> Math.max(0, left - 1)) == 0;
        Notice.Builder notice = Notice.newBuilder();
        notice.getPinVerdictBuilder()
                .setReaderId(heartbeat.getReaderId())
                .setOffset(offset)
                .setAccepted(accepted)
                .setDetail(accepted ? "" : "refused");
        return notice.build();
    }

    @Override
    public CompletableFuture<List<LogPosition>> appendToAllPartitions(String topic, MessageLite message) {
        throw new UnsupportedOperationException("these tests append to no topic as a whole");
    }

    @Override
    public void flush() {}

    @Override
    public int maxValueBytes(RegionId region) {
        return 1_000_000;
    }

    @Override
    public String processId() {
        return "test-" + PROCESSES.incrementAndGet();
    }

    @Override
    public LogWriter log() {
        return this;
    }

    @Override
    public AnswerFeed answers(String topic, AnswerFeed.Sink sink) {
        if (topic.equals(Topics.NOTICES)) {
            notices.add(sink);
        }
        return new ReadyFeed();
    }

    @Override
    public MonotonicClock clock() {
        return () -> System.nanoTime() + advanced.get();
    }

    @Override
    public Timers timers() {
        return (deadline, action) -> {
            long nanos = deadline.remaining(clock().nanoTime()).toNanos();
            var scheduled = thread.schedule(action, nanos, TimeUnit.NANOSECONDS);
            return () -> scheduled.cancel(false);
        };
    }

    @Override
    public Executor sends() {
        return thread;
    }

    @Override
    public Executor callbacks() {
        return thread;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    /** A feed that misses nothing. */
    private static final class ReadyFeed implements AnswerFeed {
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
