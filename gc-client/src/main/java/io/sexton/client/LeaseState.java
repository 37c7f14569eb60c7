package io.sexton.client;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one owner of a lock may believe (I4). Pure: time and answers are handed in.
 *
 * <p>A lease counts from before the request, or the renewal, that it answers was sent; which of several renewals an
 * answer belongs to says its request id. Once lost, a lock stays lost: a late answer must not bring back what its owner
 * was told is gone.
 *
 * <p>Not safe for use by several threads.
 */
final class LeaseState {

    /** Renewals on their way; more are not worth remembering. */
    private static final int MAX_RENEWALS = 4;

    enum Phase {
        ASKED,
        /** Granted so late that only a renewal makes it usable. */
        LATE,
        HELD,
        /** Turned down. */
        REFUSED,
        /** Was granted and is no longer. */
        LOST,
        /** Its owner wants it no more. */
        GIVEN_UP
    }

    /** What is to be done now. */
    enum Effect {
        NOTHING,
        /** Hand it to its owner. */
        HOLD,
        /** Renew it: it was granted too late to be used as it is. */
        RENEW,
        /** Tell its owner that it will not be granted. */
        REFUSE,
        /** Tell its owner that it is lost. */
        LOSE,
        /** Release it: nobody wants it. */
        GIVE_BACK
    }

    private final String requestId;
    private final Duration lease;
    private Phase phase = Phase.ASKED;
    private @Nullable Long askedAt;
    private @Nullable FencingToken token;
    private Deadline deadline = new Deadline(0);
    private String why = "";
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

    /** Why it was refused or lost. */
    String why() {
        return why;
    }

    Duration remaining(long now) {
        return phase == Phase.HELD ? deadline.remaining(now) : Duration.ZERO;
    }

    /** When it is lost, if nothing else happens; meaningful only while it is held. */
    Deadline deadline() {
        return deadline;
    }

    /** The request is about to be sent; a repeat of it counts from the first, because either may be answered. */
    void asked(long now) {
        if (askedAt == null) {
            askedAt = now;
        }
    }

    /** The request waits, or its place in the log is known, which is the token of a grant. */
    Effect known(FencingToken of) {
        if (token == null) {
            token = of;
        }
        return Effect.NOTHING;
    }

    Effect granted(FencingToken grant, long now) {
        token = grant;
        if (phase == Phase.GIVEN_UP) {
            return Effect.GIVE_BACK;
        }
        if (phase != Phase.ASKED || askedAt == null) {
            return Effect.NOTHING;
        }
        deadline = Deadline.of(askedAt, lease);
        return deadline.hasPassed(now) ? become(Phase.LATE, Effect.RENEW) : become(Phase.HELD, Effect.HOLD);
    }

    /** A renewal is about to be sent. */
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
        Effect lost = passed(now);
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
                yield become(Phase.HELD, Effect.HOLD);
            }
            case ASKED, REFUSED, LOST, GIVEN_UP -> Effect.NOTHING;
        };
    }

    /** A request of this owner was turned down. */
    Effect refused(String id, String reason) {
        if (id.equals(requestId)) {
            return phase == Phase.ASKED ? end(Phase.REFUSED, Effect.REFUSE, reason) : Effect.NOTHING;
        }
        return renewals.remove(id) == null ? Effect.NOTHING : ended("a renewal was turned down: " + reason);
    }

    /** It ended in the log: its lease ran out there, or it was released. */
    Effect ended(String reason) {
        return switch (phase) {
            case HELD -> end(Phase.LOST, Effect.LOSE, reason);
            // Never handed out, or asked for with an id whose lock has ended already.
            case LATE, ASKED -> end(Phase.REFUSED, Effect.REFUSE, reason);
            case REFUSED, LOST, GIVEN_UP -> Effect.NOTHING;
        };
    }

    /** Time has passed. */
    Effect passed(long now) {
        return phase == Phase.HELD && deadline.hasPassed(now)
                ? end(Phase.LOST, Effect.LOSE, "it was not renewed within 0.75 of its lease")
                : Effect.NOTHING;
    }

    /** Its owner wants it no more; held or not, it is not held from here on. */
    void giveUp() {
        if (phase == Phase.ASKED || phase == Phase.LATE || phase == Phase.HELD) {
            phase = Phase.GIVEN_UP;
        }
    }

    private Effect become(Phase next, Effect effect) {
        phase = next;
        return effect;
    }

    private Effect end(Phase next, Effect effect, String reason) {
        why = reason;
        return become(next, effect);
    }
}
