package io.sexton.locks.core;

import com.google.protobuf.Duration;
import io.sexton.fold.core.Output;
import io.sexton.fold.core.Placement;
import io.sexton.fold.state.MemoryStore;
import io.sexton.proto.LogRecord;
import io.sexton.proto.Times;
import io.sexton.v1.LockEvent;
import io.sexton.v1.LockMode;
import io.sexton.v1.LockRequest;
import io.sexton.v1.Tick;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A log of lock requests that a test writes. Each request is folded at once, and its outputs are returned as lines of
 * text.
 */
final class LockLog {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    static final String REGION = "r1";

    final MemoryStore store = new MemoryStore();
    private final List<Output> outputs = new ArrayList<>();
    private LockFold fold = new LockFold(store, Placement.UNCHECKED, outputs::add);
    private long offset;
    private Instant now = START;
    private String region = REGION;

    /** Sets the append time of the following records. */
    LockLog at(double secondsAfterStart) {
        now = START.plusMillis(Math.round(secondsAfterStart * 1000));
        return this;
    }

    /** Sets the region of the next request only. */
    LockLog in(String otherRegion) {
        region = otherRegion;
        return this;
    }

    /** Replaces the fold by a new one on the same store. */
    LockLog restart() {
        fold = new LockFold(store, Placement.UNCHECKED, outputs::add);
        return this;
    }

    LockFold fold() {
        return fold;
    }

    /** Returns the offset of the next record, which is the token if that is an Acquire. */
    long nextOffset() {
        return offset;
    }

    List<String> acquire(String owner, String id, LockMode mode, double leaseSeconds, double maxWaitSeconds) {
        return apply(request(owner, id)
                .setAcquire(LockRequest.Acquire.newBuilder()
                        .setMode(mode)
                        .setPurpose(owner + "'s work")
                        .setLease(seconds(leaseSeconds))
                        .setMaxWait(seconds(maxWaitSeconds)))
                .build());
    }

    /** Acquires with a lease of 10 s and a {@code max_wait} of an hour. */
    List<String> acquire(String owner, String id, LockMode mode) {
        return acquire(owner, id, mode, 10, 3600);
    }

    List<String> renew(String owner, String id, long token) {
        return apply(request(owner, id)
                .setRenew(LockRequest.Renew.newBuilder().setToken(token))
                .build());
    }

    List<String> release(String owner, String id, long token) {
        return apply(request(owner, id)
                .setRelease(LockRequest.Release.newBuilder().setToken(token))
                .build());
    }

    /** Appends a tick that agrees with all clocks. */
    List<String> tick() {
        return tick(now);
    }

    List<String> tick(Instant wallClock) {
        return apply(tickOf(wallClock, java.time.Duration.between(START, now)));
    }

    static LockRequest tickOf(Instant wallClock, java.time.Duration uptime) {
        return LockRequest.newBuilder()
                .setTick(Tick.newBuilder()
                        .setWallClock(Times.toProto(wallClock))
                        .setTicker("t")
                        .setUptime(millis(uptime.toMillis())))
                .build();
    }

    LockRequest.Builder request(String owner, String id) {
        return LockRequest.newBuilder().setRegion(region).setOwner(owner).setRequestId(id);
    }

    List<String> apply(LockRequest request) {
        region = REGION;
        return apply(request.getRegion().getBytes(StandardCharsets.UTF_8), request.toByteArray());
    }

    List<String> apply(byte @Nullable [] key, byte @Nullable [] value) {
        outputs.clear();
        fold.apply(new LogRecord(0, offset++, now, key, value));
        return outputs.stream().map(LockLog::line).toList();
    }

    List<Output> lastOutputs() {
        return List.copyOf(outputs);
    }

    static Duration seconds(double seconds) {
        return millis(Math.round(seconds * 1000));
    }

    static Duration millis(long millis) {
        return Duration.newBuilder()
                .setSeconds(millis / 1000)
                .setNanos((int) (millis % 1000) * 1_000_000)
                .build();
    }

    static String line(Output output) {
        return switch (output) {
            case Output.Emitted emitted -> line((LockEvent) emitted.message());
            case Output.DeadLetter letter -> "dead letter: " + letter.reason();
            case Output.ClockDisagreement tick -> "clocks disagree";
        };
    }

    /** Returns an event as a line, for instance {@code granted 3 to a/1 SHARED}. */
    static String line(LockEvent event) {
        String what = event.getEventCase().name().toLowerCase(Locale.ROOT) + " "
                + Long.toUnsignedString(event.getToken()) + " to " + event.getOwner() + "/" + event.getRequestId();
        return switch (event.getEventCase()) {
            case GRANTED -> what + " " + event.getGranted().getMode();
            case QUEUED -> what + " behind " + event.getQueued().getAhead();
            case REJECTED -> what + ": " + event.getRejected().getReason();
            case YIELD_REQUESTED -> what + " for " + event.getYieldRequested().getPurpose();
            case RENEWED, RELEASED, EXPIRED, EVENT_NOT_SET -> what;
        };
    }
}
