package io.sexton.deleter.core;

import io.sexton.proto.RegionId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A lock service in memory: one holder a region, first come first served, leases by the world's true time. */
final class SimulatedLocks {

    static final Duration LEASE = Duration.ofSeconds(10);

    /** One request and what became of it. */
    static final class Request {
        final String owner;
        final boolean exclusive;
        final Duration sentAt;
        long token;
        Duration leaseUntil = Duration.ZERO;

        Request(String owner, boolean exclusive, Duration sentAt) {
            this.owner = owner;
            this.exclusive = exclusive;
            this.sentAt = sentAt;
        }
    }

    private final Map<RegionId, Deque<Request>> queues = new HashMap<>();
    private long lastToken;

    Request ask(RegionId region, String owner, boolean exclusive, Duration now) {
        Request request = new Request(owner, exclusive, now);
        queue(region).addLast(request);
        grant(region, now);
        return request;
    }

    void release(RegionId region, Request request, Duration now) {
        queue(region).remove(request);
        grant(region, now);
    }

    boolean renew(RegionId region, Request request, Duration now) {
        if (holder(region) != request || now.compareTo(request.leaseUntil) > 0) {
            return false;
        }
        request.leaseUntil = now.plus(LEASE);
        return true;
    }

    void expire(Duration now) {
        for (RegionId region : queues.keySet()) {
            Request holder = holder(region);
            if (holder != null && now.compareTo(holder.leaseUntil) > 0) {
                queue(region).removeFirst();
                grant(region, now);
            }
        }
    }

    @Nullable
    Request holder(RegionId region) {
        Request first = queue(region).peekFirst();
        return first != null && first.token > 0 ? first : null;
    }

    boolean someoneWaits(RegionId region) {
        return queue(region).size() > 1;
    }

    private void grant(RegionId region, Duration now) {
        Request first = queue(region).peekFirst();
        if (first != null && first.token == 0) {
            first.token = ++lastToken;
            first.leaseUntil = now.plus(LEASE);
        }
    }

    private Deque<Request> queue(RegionId region) {
        return queues.computeIfAbsent(region, id -> new ArrayDeque<>());
    }
}
