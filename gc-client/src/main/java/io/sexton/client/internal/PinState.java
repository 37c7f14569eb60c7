package io.sexton.client.internal;

import io.sexton.client.pins.PinTarget;
import io.sexton.client.spi.Deadline;
import io.sexton.v1.PinVerdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The state of a pin as its reader counts it (I2). Pure: time and answers are arguments.
 *
 * <p>A pin is sure while two conditions hold. <i>The chain:</i> each acknowledgement came within 0.75 of the ttl since
 * the previously acknowledged heartbeat was sent, so the pin cannot have expired in between. <i>The acceptance:</i> the
 * fold accepted a heartbeat that names the pin and that is in the log at or after the beginning of the chain. After the
 * chain breaks, touches prove nothing. Only a new heartbeat that names the pin, and is accepted, makes it sure again.
 *
 * <p>Not safe for use by several threads.
 */
final class PinState {

    /**
     * A heartbeat that was passed to the producer.
     *
     * @param names the pin that it names; null for a touch
     */
    record Heartbeat(long id, long sentAt, @Nullable PinTarget names) {
        boolean isTouch() {
            return names == null;
        }
    }

    /** The effect of an answer on the pin that was requested last. */
    enum Outcome {
        NOTHING,
        /** The pin was accepted. */
        ACCEPTED,
        /** The pin was rejected. An earlier one, if there was one, is in force. */
        REJECTED
    }

    /** The rejection of a pin, with the paths that are condemned, gone, or may be about to be deleted. */
    record Rejection(List<String> condemned, String detail) {}

    private final Duration ttl;
    private PinTarget requested;
    private @Nullable PinTarget accepted;
    private long acceptedAt;

    /** The end of the chain; null while there is no chain. */
    private @Nullable Deadline chain;

    private long chainBegan;
    private long nextId;
    /** The lowest id of a heartbeat whose verdict cannot have been missed. */
    private long answerableFrom;

    private boolean lost;
    /** True while the owner waits for the answer to {@link #requested}. */
    private boolean answerDue = true;

    private Rejection rejection = new Rejection(List.of(), "");
    private String reason = "it has not been accepted yet";

    /** The highest offset of an acknowledged heartbeat; those of one producer are acknowledged in order. */
    private long acknowledgedUpTo = -1;

    private final Map<Long, Heartbeat> unacknowledged = new HashMap<>();
    /** The last heartbeat for each pin that may or may not be in force, in the order of sending. */
    private final LinkedHashMap<PinTarget, Heartbeat> undecided = new LinkedHashMap<>();
    /** Acknowledged heartbeats that name a pin, by offset, until their verdict. */
    private final TreeMap<Long, Heartbeat> unanswered = new TreeMap<>();
    /** Verdicts that came before the acknowledgement of the heartbeat that they may answer. */
    private final List<PinVerdict> earlyVerdicts = new ArrayList<>();

    PinState(PinTarget requested, Duration ttl) {
        this.requested = requested;
        this.ttl = ttl;
    }

    /** Returns the pin that the owner requested last, or the one in force if that was rejected. */
    PinTarget requested() {
        return requested;
    }

    /** Returns whether the fold has rejected the pin and no earlier one is in force, so that the client stops. */
    boolean isLost() {
        return lost;
    }

    /** Returns the last rejection. */
    Rejection rejection() {
        return rejection;
    }

    /** Returns the reason for which it is not sure, or was rejected. */
    String reason() {
        return reason;
    }

    boolean isSure(long now) {
        return !remaining(now).isZero();
    }

    /** Returns the time for which it is sure without a further acknowledgement; zero if it is not sure. */
    Duration remaining(long now) {
        boolean holds = !lost
                && chain != null
                && accepted != null
                && acceptedAt >= chainBegan
                && requested.covers(accepted)
                && isUncontested(accepted);
        return holds && chain != null ? chain.remaining(now) : Duration.ZERO;
    }

    /** Returns whether the pin is held whichever of the undecided ones takes effect. */
    private boolean isUncontested(PinTarget target) {
        return undecided.keySet().stream().allMatch(other -> other.covers(target));
    }

    /** Returns the target that is certainly pinned now. */
    Optional<PinTarget> held(long now) {
        return isSure(now) ? Optional.ofNullable(accepted) : Optional.empty();
    }

    /** Returns the time at which {@link #isSure} becomes false without an acknowledgement, if it is true now. */
    Optional<Deadline> sureUntil(long now) {
        return isSure(now) ? Optional.ofNullable(chain) : Optional.empty();
    }

    /**
     * Requests another pin, or the same again. Until it is accepted, the owner is sure only if it covers the one in
     * force. A pin that is in force and sure counts as accepted; any other is named by the next heartbeat.
     */
    Outcome request(PinTarget target, long now) {
        if (!target.equals(requested)) {
            requested = target;
            reason = "its change has not been accepted yet";
        }
        answerDue = !(isSure(now) && isInForce(target));
        return answerDue ? Outcome.NOTHING : Outcome.ACCEPTED;
    }

    /** Returns whether the target was accepted and no undecided one can replace it. */
    private boolean isInForce(PinTarget target) {
        return target.equals(accepted) && undecided.keySet().stream().allMatch(target::equals);
    }

    /** Returns the next heartbeat, about to be sent; empty if two are unacknowledged or the pin is lost. */
    Optional<Heartbeat> next(long now) {
        breakChainIfPassed(now);
        if (lost || unacknowledged.size() >= 2) {
            return Optional.empty();
        }
        Heartbeat heartbeat = new Heartbeat(nextId++, now, mustNamePin() ? requested : null);
        unacknowledged.put(heartbeat.id(), heartbeat);
        if (heartbeat.names() != null) {
            undecided.remove(heartbeat.names());
            undecided.put(heartbeat.names(), heartbeat);
        }
        return Optional.of(heartbeat);
    }

    private boolean mustNamePin() {
        if (chain == null) {
            return true;
        }
        Heartbeat last = null;
        for (Heartbeat heartbeat : undecided.values()) {
            last = heartbeat;
        }
        if (last == null) {
            return answerDue || !requested.equals(accepted) || acceptedAt < chainBegan;
        }
        boolean isPending = unacknowledged.containsKey(last.id()) || unanswered.containsValue(last);
        return !isPending || !requested.equals(last.names());
    }

    Outcome acknowledged(Heartbeat heartbeat, long offset, long now) {
        if (unacknowledged.remove(heartbeat.id()) == null) {
            return Outcome.NOTHING;
        }
        acknowledgedUpTo = Math.max(acknowledgedUpTo, offset);
        breakChainIfPassed(now);
        Deadline until = Deadline.of(heartbeat.sentAt(), ttl);
        if (heartbeat.isTouch()) {
            extend(until);
        } else {
            if (heartbeat.id() >= answerableFrom) {
                unanswered.put(offset, heartbeat);
            }
            if (chain == null && !until.hasPassed(now)) {
                chain = until;
                chainBegan = offset;
            } else if (heartbeat.names() != null && heartbeat.names().equals(accepted)) {
                // A repeat of the accepted pin renews it; a change renews it only once it is accepted.
                extend(until);
            }
        }
        return applyEarlyVerdicts();
    }

    Outcome failed(Heartbeat heartbeat) {
        unacknowledged.remove(heartbeat.id());
        return applyEarlyVerdicts();
    }

    /** Applies a verdict on this reader. Verdicts come in log order. */
    Outcome verdict(PinVerdict verdict) {
        Heartbeat answered = unanswered.remove(verdict.getOffset());
        if (answered != null) {
            // Answers come in log order, so the answers to older heartbeats were missed.
            unanswered.headMap(verdict.getOffset()).clear();
            return verdict.getAccepted() ? accept(answered, verdict.getOffset()) : reject(answered, verdict);
        }
        if (verdict.getOffset() > acknowledgedUpTo && !unacknowledged.isEmpty()) {
            earlyVerdicts.add(verdict);
            return Outcome.NOTHING;
        }
        if (!verdict.getAccepted() && verdict.getOffset() >= chainBegan) {
            // The answer to a touch without a pin, or to a heartbeat that was not known to be logged.
            breakChain("Sexton does not know the pin: " + verdict.getDetail());
        }
        return Outcome.NOTHING;
    }

    /** Notes that verdicts may have been missed, so that the pin must be requested again. */
    void gap(String reason) {
        unanswered.clear();
        earlyVerdicts.clear();
        answerableFrom = nextId;
        breakChain(reason);
    }

    /** Breaks the chain once its end has passed. {@link #isSure} does not depend on this call. */
    void breakChainIfPassed(long now) {
        if (chain != null && chain.hasPassed(now)) {
            breakChain("no heartbeat was acknowledged within 0.75 of the ttl");
        }
    }

    private Outcome applyEarlyVerdicts() {
        Outcome outcome = Outcome.NOTHING;
        List<PinVerdict> waiting = List.copyOf(earlyVerdicts);
        earlyVerdicts.clear();
        for (PinVerdict verdict : waiting) {
            Outcome one = verdict(verdict);
            outcome = one == Outcome.NOTHING ? outcome : one;
        }
        return outcome;
    }

    private Outcome accept(Heartbeat answered, long offset) {
        accepted = answered.names();
        acceptedAt = offset;
        undecided.values().removeIf(earlier -> earlier.id() <= answered.id());
        if (offset >= chainBegan) {
            extend(Deadline.of(answered.sentAt(), ttl));
        }
        if (!isInForce(requested)) {
            // WARNING: I2. An undecided pin may replace it. A later heartbeat names it again.
            return Outcome.NOTHING;
        }
        answerDue = false;
        return Outcome.ACCEPTED;
    }

    private Outcome reject(Heartbeat answered, PinVerdict verdict) {
        undecided.values().removeIf(same -> same.id() == answered.id());
        if (!requested.equals(answered.names())) {
            return Outcome.NOTHING;
        }
        answerDue = false;
        rejection = new Rejection(List.copyOf(verdict.getCondemnedList()), verdict.getDetail());
        if (accepted == null || accepted.equals(requested)) {
            lost = true;
            reason = "Sexton has rejected it: " + verdict.getDetail();
        } else {
            requested = accepted;
        }
        return Outcome.REJECTED;
    }

    private void extend(Deadline until) {
        if (chain != null) {
            chain = chain.laterOf(until);
        }
    }

    private void breakChain(String newReason) {
        chain = null;
        reason = newReason;
    }
}
