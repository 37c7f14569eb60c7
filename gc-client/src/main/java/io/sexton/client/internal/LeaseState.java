package io.sexton.client.internal;

import io.sexton.client.locks.FencingToken;
import io.sexton.client.spi.Deadline;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The state of a region lock as its owner counts it (I4). Pure: time and answers are arguments.
 *
 * <p>A lease counts from before the request or renewal was sent that the grant or answer belongs to. The request id in
 * an answer identifies the renewal. A lost lock stays lost: a late answer must not restore a lock whose loss was
 * reported.
 *
 * <p>Not safe for use by several threads.
 */
final class LeaseState {

    /** Maximum number of unanswered renewals that are kept. */
    private static final int MAX_RENEWALS = 4;

    enum Phase {
        REQUESTED,
        /** Granted, but usable only after a renewal, because the count ended before the grant was received. */
        LATE,
        HELD,
        /** Rejected, or ended before it was held. */
        REJECTED,
        /** Held earlier and no longer held. */
        LOST,
        /** Closed by its owner. */
        ABANDONED
    }

    /** The action that follows from a change of state. */
    enum Effect {
        NOTHING,
        /** Return the lock to its owner. */
        GRANT,
        /** Renew the lock, because it was granted too late to be used without a renewal. */
        RENEW,
        /** Report to the owner that the lock will not be granted. */
        REJECT,
        /** Report to the owner that the lock is lost. */
        REPORT_LOSS,
        /** Release the lock, because its owner has closed it. */
        RELEASE
    }

    private final String requestId;
    private final Duration lease;
    private Phase phase = Phase.REQUESTED;
    private @Nullable Long requestedAt;
    private @Nullable FencingToken token;
    private Deadline deadline = new Deadline(0);
    private String reason = "";
    private final LinkedHashMap<String, Long> renewals = new LinkedHashMap<>();

    LeaseState(String requestId, Duration lease) {
        this.requestId = requestId;
        this.lease = lease;
    }

    Phase phase() {
        return phase;
    }

    String requestId() {
        return requestId;
    }

    Optional<FencingToken> token() {
        return Optional.ofNullable(token);
    }

    /** Returns the reason for which it was rejected or lost. */
    String reason() {
        return reason;
    }

    Duration remaining(long now) {
        return phase == Phase.HELD ? deadline.remaining(now) : Duration.ZERO;
    }

    /** Returns the time at which it is lost without a renewal. Valid only while it is held. */
    Deadline deadline() {
        return deadline;
    }

    /**
     * Notes that the request is about to be sent. A repeat counts from the first one, because either may be answered.
     */
    void requesting(long now) {
        if (requestedAt == null) {
            requestedAt = now;
        }
    }

    /** Notes the token: the offset of the request. */
    Effect tokenKnown(FencingToken offset) {
        if (token == null) {
            token = offset;
        }
        return Effect.NOTHING;
    }

    Effect granted(FencingToken grant, long now) {
        token = grant;
        if (phase == Phase.ABANDONED) {
            return Effect.RELEASE;
        }
        if (phase != Phase.REQUESTED || requestedAt == null) {
            return Effect.NOTHING;
        }
        deadline = Deadline.of(requestedAt, lease);
        return deadline.hasPassed(now) ? enter(Phase.LATE, Effect.RENEW) : enter(Phase.HELD, Effect.GRANT);
    }

    /** Notes that a renewal is about to be sent. */
    void renewing(String id, long now) {
        renewals.put(id, now);
        if (renewals.size() > MAX_RENEWALS) {
            Iterator<String> oldest = renewals.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    Effect renewed(String id, long now) {
        Long sentAt = renewals.remove(id);
        if (sentAt == null) {
            return Effect.NOTHING;
        }
        Effect lost = checkDeadline(now);
        if (lost != Effect.NOTHING) {
            return lost;
        }
        Deadline until = Deadline.of(sentAt, lease);
        return switch (phase) {
            case HELD -> {
                deadline = deadline.laterOf(until);
                yield Effect.NOTHING;
            }
            case LATE -> {
                if (until.hasPassed(now)) {
                    yield Effect.RENEW;
                }
                deadline = until;
                yield enter(Phase.HELD, Effect.GRANT);
            }
            case REQUESTED, REJECTED, LOST, ABANDONED -> Effect.NOTHING;
        };
    }

    /** Applies the rejection of a request of this owner. */
    Effect rejected(String id, String reason) {
        if (id.equals(requestId)) {
            return phase == Phase.REQUESTED ? end(Phase.REJECTED, Effect.REJECT, reason) : Effect.NOTHING;
        }
        return renewals.remove(id) == null ? Effect.NOTHING : ended("a renewal was rejected: " + reason);
    }

    /** Applies the end of the lock in the log: it expired or was released. */
    Effect ended(String reason) {
        return switch (phase) {
            case HELD -> end(Phase.LOST, Effect.REPORT_LOSS, reason);
            // Never returned to the owner, or requested with an id whose lock has ended already.
            case LATE, REQUESTED -> end(Phase.REJECTED, Effect.REJECT, reason);
            case REJECTED, LOST, ABANDONED -> Effect.NOTHING;
        };
    }

    /** Reports the loss of a held lock once its deadline has passed. */
    Effect checkDeadline(long now) {
        return phase == Phase.HELD && deadline.hasPassed(now)
                ? end(Phase.LOST, Effect.REPORT_LOSS, "it was not renewed within 0.75 of its lease")
                : Effect.NOTHING;
    }

    /** Notes that its owner has closed it. It is not held from then on. */
    void abandon() {
        if (phase == Phase.REQUESTED || phase == Phase.LATE || phase == Phase.HELD) {
            phase = Phase.ABANDONED;
        }
    }

    private Effect enter(Phase next, Effect effect) {
        phase = next;
        return effect;
    }

    private Effect end(Phase next, Effect effect, String reason) {
        this.reason = reason;
        return enter(next, effect);
    }
}
