package io.sexton.locks.core;

import io.sexton.proto.LogRecord;
import io.sexton.testkit.SeededRandom;
import io.sexton.v1.LockMode;
import io.sexton.v1.LockRequest;
import io.sexton.v1.Tick;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A generator of random logs: valid, repeated and wrong requests of several owners, clock steps, and invalid records.
 */
final class LogGenerator {
    private static final double[] LEASES = {0, 0.001, 1, 5, 30, 3600, 3601};
    private static final double[] MAX_WAITS = {0, 0.001, 3, 20, 120};

    private final SeededRandom random;
    private final List<LockRequest> sent = new ArrayList<>();
    private Instant append = LockLog.START;
    private Duration wallAhead = Duration.ZERO;
    private Duration uptime = Duration.ZERO;
    private int ticker;
    private int requests;
    private long offset;

    LogGenerator(long seed) {
        random = new SeededRandom(seed);
    }

    LogRecord next() {
        int kind = random.nextInt(100);
        if (kind < 30) {
            if (random.nextInt(4) == 0) {
                wallAhead = Duration.ZERO;
            }
            advance(Duration.ofMillis(random.nextInt(kind < 2 ? 400_000 : 4_000)));
            return tick();
        }
        if (kind < 33) {
            stepClocks();
            return tick();
        }
        if (kind < 36) {
            return invalidRecord();
        }
        return request(kind < 44 && !sent.isEmpty() ? any(sent) : newRequest());
    }

    /** Advances all clocks alike and returns a tick. */
    LogRecord agreeingTick(Duration step) {
        wallAhead = Duration.ZERO;
        advance(step);
        return tick();
    }

    private void advance(Duration step) {
        append = append.plus(step);
        uptime = uptime.plus(step);
    }

    private void stepClocks() {
        switch (random.nextInt(4)) {
            case 0 -> append = append.minusSeconds(random.nextInt(20));
            case 1 -> wallAhead = Duration.ofSeconds(random.nextInt(1200) - 600L);
            case 2 -> wallAhead = Duration.ofSeconds(random.nextInt(10));
            default -> {
                ticker++;
                uptime = Duration.ZERO;
            }
        }
    }

    private LogRecord tick() {
        Tick tick = LockLog.tickOf(append.plus(wallAhead), uptime).getTick().toBuilder()
                .setTicker("ticker " + ticker)
                .build();
        return record(
                new byte[0], LockRequest.newBuilder().setTick(tick).build().toByteArray());
    }

    private LogRecord request(LockRequest request) {
        sent.add(request);
        advance(Duration.ofMillis(random.nextInt(200)));
        return record(request.getRegion().getBytes(StandardCharsets.UTF_8), request.toByteArray());
    }

    private LockRequest newRequest() {
        LockRequest.Builder request = LockRequest.newBuilder()
                .setRegion("region " + random.nextInt(3))
                .setOwner("owner " + random.nextInt(6))
                .setRequestId("request " + requests++);
        int kind = random.nextInt(10);
        if (kind < 5) {
            return request.setAcquire(LockRequest.Acquire.newBuilder()
                            .setMode(LockMode.forNumber(1 + random.nextInt(3)))
                            .setPurpose(Long.toString(offset))
                            .setLease(LockLog.seconds(LEASES[random.nextInt(LEASES.length)]))
                            .setMaxWait(LockLog.seconds(MAX_WAITS[random.nextInt(MAX_WAITS.length)])))
                    .build();
        }
        long token = token(request);
        return kind < 7
                ? request.setRenew(LockRequest.Renew.newBuilder().setToken(token))
                        .build()
                : request.setRelease(LockRequest.Release.newBuilder().setToken(token))
                        .build();
    }

    /** Returns mostly a token that the owner may have: the offset of one of its last requests. */
    private long token(LockRequest.Builder request) {
        List<LockRequest> acquires =
                sent.stream().filter(LockRequest::hasAcquire).toList();
        if (acquires.isEmpty() || random.nextInt(10) == 0) {
            return random.nextInt(4) == 0 ? random.nextLong() : random.nextInt((int) offset + 2);
        }
        LockRequest acquire = acquires.get(Math.max(0, acquires.size() - 1 - random.nextInt(8)));
        request.setRegion(acquire.getRegion());
        if (random.nextInt(8) != 0) {
            request.setOwner(acquire.getOwner());
        }
        return Long.parseLong(acquire.getAcquire().getPurpose());
    }

    private LogRecord invalidRecord() {
        byte[] bytes = new byte[random.nextInt(40)];
        random.nextBytes(bytes);
        LockRequest valid = newRequest();
        byte[] key = valid.getRegion().getBytes(StandardCharsets.UTF_8);
        return switch (random.nextInt(5)) {
            case 0 -> record(key, null);
            case 1 ->
                record(key, LockRequest.newBuilder(valid).clearOwner().build().toByteArray());
            case 2 -> record(bytes, valid.toByteArray());
            case 3 -> record(null, valid.toByteArray());
            default -> record(key, new byte[] {(byte) 0xFF, 1, 2});
        };
    }

    private LogRecord record(byte @Nullable [] key, byte @Nullable [] value) {
        return new LogRecord(0, offset++, append, key, value);
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
