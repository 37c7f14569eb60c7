package io.sexton.demo.proof;

import io.sexton.fold.core.LogClock;
import io.sexton.proto.Times;
import io.sexton.v1.LockEvent;
import io.sexton.v1.LockMode;
import io.sexton.v1.LockRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The history of all locks, by the log of requests and the log of answers alone, and its check against the rules of
 * locks (I4). It is independent of the coordinator's state and of all its classes:
 * <ul>
 * <li>no two locks that exclude each other are held at the same offset of the log of answers;
 * <li>a grant's token is the offset of its request, and above the tokens of all grants before it in its region;
 * <li>a lock that has ended is never reported as held again, neither granted nor renewed;
 * <li>a lock expires once, and not before its whole lease has passed since the broker appended the request that began
 * or renewed the lease.
 * </ul>
 *
 * <p>Pure. Used once, by one thread.
 */
final class LockHistory {

    /**
     * A lock from its grant to its end.
     *
     * @param until {@link Instant#MAX} if it has not ended
     */
    record Held(String region, LockMode mode, String owner, long token, Instant from, Instant until) {
        boolean excludes(Held other) {
            return mode == LockMode.EXCLUSIVE
                    || other.mode == LockMode.EXCLUSIVE
                    || (mode == LockMode.UPDATE && other.mode == LockMode.UPDATE);
        }

        Held until(Instant end) {
            return new Held(region, mode, owner, token, from, end);
        }
    }

    private record Place(int partition, long offset) {}

    private record Lock(String region, long token) {}

    private record Request(String region, String owner, String id) {}

    private final Duration brokersAhead;
    private final Map<Place, LockRequest> acquires = new HashMap<>();
    private final Map<Request, Instant> requested = new HashMap<>();
    private final Map<Lock, Held> open = new HashMap<>();
    /** The time at which the broker appended the request that began each lock's current lease. */
    private final Map<Lock, Instant> leases = new HashMap<>();

    private final Map<String, Long> highest = new HashMap<>();
    private final Set<Lock> over = new HashSet<>();
    private final List<Held> ended = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();

    private LockHistory(Duration brokersAhead) {
        this.brokersAhead = brokersAhead;
    }

    /**
     * Reads a history.
     *
     * @param requests of {@code gc.lock-requests}; each partition in its order
     * @param events of {@code gc.lock-events}; each partition in its order
     * @param brokersAhead how far the clock of one broker may have been ahead of another's
     */
    static LockHistory read(List<Logged<LockRequest>> requests, List<Logged<LockEvent>> events, Duration brokersAhead) {
        LockHistory history = new LockHistory(brokersAhead);
        requests.forEach(history::take);
        events.forEach(history::follow);
        return history;
    }

    /** Returns all locks that were ever granted. */
    List<Held> locks() {
        List<Held> all = new ArrayList<>(ended);
        all.addAll(open.values());
        return all;
    }

    /** Returns the violations; empty if there are none. */
    Collection<String> violations() {
        return List.copyOf(violations);
    }

    private void take(Logged<LockRequest> request) {
        LockRequest value = request.value();
        if (value.hasAcquire()) {
            acquires.put(new Place(request.partition(), request.offset()), value);
        }
        // Of a request that was repeated the first: a lease may have begun with that one.
        requested.putIfAbsent(new Request(value.getRegion(), value.getOwner(), value.getRequestId()), request.at());
    }

    private void follow(Logged<LockEvent> event) {
        Lock lock = new Lock(event.value().getRegion(), event.value().getToken());
        switch (event.value().getEventCase()) {
            case GRANTED -> granted(lock, event);
            case RENEWED -> renewed(lock, event);
            case RELEASED -> end(lock, event.at());
            case EXPIRED -> expired(lock, event);
            case QUEUED, REJECTED, YIELD_REQUESTED -> {}
            case EVENT_NOT_SET -> violations.add("an answer about " + lock + " has no content");
        }
    }

    private void granted(Lock lock, Logged<LockEvent> event) {
        LockEvent value = event.value();
        Held granted = new Held(
                lock.region(), value.getGranted().getMode(), value.getOwner(), lock.token(), event.at(), Instant.MAX);
        Held known = open.get(lock);
        if (known != null) {
            require(known.owner().equals(granted.owner()) && known.mode() == granted.mode(), granted, "was " + known);
            return;
        }
        require(!over.contains(lock), granted, "was granted again, after its end");
        require(isRequested(granted, event), granted, "matches no request at that offset");
        long before = highest.getOrDefault(lock.region(), -1L);
        require(over.contains(lock) || lock.token() > before, granted, "was granted after token " + before);
        open.values().stream()
                .filter(held -> held.region().equals(granted.region()) && held.excludes(granted))
                .forEach(held -> violations.add(granted + " was granted beside " + held));
        highest.merge(lock.region(), lock.token(), Math::max);
        open.put(lock, granted);
        beginLease(lock, value);
    }

    private boolean isRequested(Held granted, Logged<LockEvent> event) {
        LockRequest request = acquires.get(new Place(event.partition(), granted.token()));
        return request != null
                && request.getRegion().equals(granted.region())
                && request.getOwner().equals(granted.owner())
                && request.getRequestId().equals(event.value().getRequestId())
                && request.getAcquire().getMode() == granted.mode();
    }

    private void renewed(Lock lock, Logged<LockEvent> event) {
        Held held = open.get(lock);
        if (held == null || !held.owner().equals(event.value().getOwner())) {
            violations.add(lock + " was renewed for " + event.value().getOwner() + " and is not its");
            return;
        }
        beginLease(lock, event.value());
    }

    private void beginLease(Lock lock, LockEvent answer) {
        Instant at = requested.get(new Request(lock.region(), answer.getOwner(), answer.getRequestId()));
        if (at == null) {
            violations.add(lock + " was renewed because of a request that was never sent: " + answer.getRequestId());
            return;
        }
        leases.merge(lock, at, Times::later);
    }

    private void expired(Lock lock, Logged<LockEvent> event) {
        Held held = open.get(lock);
        if (held == null) {
            violations.add(lock + " expired and was not held");
            return;
        }
        Instant begun = leases.get(lock);
        LockRequest request = acquires.get(new Place(event.partition(), lock.token()));
        if (begun != null && request != null) {
            // Leases count by the clock of the log, which is fast while it makes up for having been behind.
            Instant end = begun.plus(
                    LogClock.leastTrueTime(Times.of(request.getAcquire().getLease())));
            require(
                    !event.at().isBefore(end.minus(brokersAhead)),
                    held,
                    "expired at " + event.at() + ", before its lease can have passed, at " + end);
        }
        end(lock, event.at());
    }

    /** Ends a lock. A release is also answered if nothing is held. */
    private void end(Lock lock, Instant at) {
        @Nullable Held held = open.remove(lock);
        if (held != null) {
            over.add(lock);
            ended.add(held.until(at));
        }
    }

    private void require(boolean condition, Held lock, String otherwise) {
        if (!condition) {
            violations.add(lock + " " + otherwise);
        }
    }
}
