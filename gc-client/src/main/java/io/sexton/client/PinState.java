package io.sexton.client;

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
 * What one reader can be sure of (I2). Pure: time and answers are handed in.
 *
 * <p>A pin is sure while two things hold. <i>The chain:</i> each acknowledgement came within 0.75 of the ttl since the
 * heartbeat acknowledged before it was sent, so the pin cannot have died of old age in between. <i>The acceptance:</i>
 * the fold accepted a heartbeat that names the pin and that stands in the log at or after the beginning of the chain.
 * When the chain breaks, touches no longer prove anything: only a new heartbeat that names the pin, and is accepted,
 * makes it sure again.
 *
 * <p>Not safe for use by several threads.
 */
final class PinState {

    /** A heartbeat that was handed to the producer. */
    record Heartbeat(long id, long sentAt, @Nullable PinTarget names) {
        boolean isTouch() {
            return names == null;
        }
    }

    /** What came of an answer. */
    enum Outcome {
        NOTHING,
        /** The pin that was asked for last was accepted. */
        ACCEPTED,
        /** The pin that was asked for last was rejected; an earlier one is in force if there was one. */
        REJECTED
    }

    private final Duration ttl;
    private PinTarget wanted;
    private @Nullable PinTarget accepted;
    private long acceptedAt;

    /** Until when the chain holds; null while there is none. */
    private @Nullable Deadline chain;

    private long chainBegan;
    private long nextId;
    /** Of heartbeats before this one the verdict may have been missed, acknowledged or not. */
    private long answerableFrom;

    private boolean lost;
    /** Whether the owner waits to hear what became of {@link #wanted}. */
    private boolean owed = true;

    private PinAnswer.Rejected rejection = new PinAnswer.Rejected(List.of(), "");
    private String why = "it was not accepted yet";

    /** The highest offset of an acknowledged heartbeat; those of one producer are acknowledged in order. */
    private long acknowledgedUpTo = -1;

    private final Map<Long, Heartbeat> unacknowledged = new HashMap<>();
    /** The last heartbeat for each pin of which nobody knows whether it is in force, in the order of sending. */
    private final LinkedHashMap<PinTarget, Heartbeat> unsettled = new LinkedHashMap<>();
    /** Acknowledged heartbeats that name a pin, by offset, until their verdict. */
    private final TreeMap<Long, Heartbeat> unanswered = new TreeMap<>();
    /** Verdicts that came before the acknowledgement of what they may answer. */
    private final List<PinVerdict> early = new ArrayList<>();

    PinState(PinTarget wanted, Duration ttl) {
        this.wanted = wanted;
        this.ttl = ttl;
    }

    /** The pin that the owner asked for last, unless that was rejected. */
    PinTarget wanted() {
        return wanted;
    }

    /** The fold has refused it, and no earlier one is in force: there is nothing to regain. */
    boolean isLost() {
        return lost;
    }

    /** What the last rejection said. */
    PinAnswer.Rejected rejection() {
        return rejection;
    }

    /** Why it is not sure, or was rejected. */
    String why() {
        return why;
    }

    boolean isSure(long now) {
        return !remaining(now).isZero();
    }

    /** For how long it is sure without a further acknowledgement; zero if it is not sure. */
    Duration remaining(long now) {
        boolean holds = !lost
                && chain != null
                && accepted != null
                && acceptedAt >= chainBegan
                && wanted.covers(accepted)
                && isUncontested(accepted);
        return holds && chain != null ? chain.remaining(now) : Duration.ZERO;
    }

    /** Whether the pin is held even if one of those takes effect that were asked for and not settled. */
    private boolean isUncontested(PinTarget target) {
        return unsettled.keySet().stream().allMatch(other -> other.covers(target));
    }

    /** What is certainly pinned now. */
    Optional<PinTarget> held(long now) {
        return isSure(now) ? Optional.ofNullable(accepted) : Optional.empty();
    }

    /** When {@link #isSure} will turn false by itself, if it is true now. */
    Optional<Deadline> surenessEnds(long now) {
        return isSure(now) ? Optional.ofNullable(chain) : Optional.empty();
    }

    /**
     * Asks for another pin, or for the same again. Until it is accepted the owner is sure only if it covers the one in
     * force. If it is the one in force, and sure, it was accepted already; else a heartbeat will name it.
     */
    Outcome want(PinTarget target, long now) {
        if (!target.equals(wanted)) {
            wanted = target;
            why = "its change was not accepted yet";
        }
        owed = !(isSure(now) && isInForce(target));
        return owed ? Outcome.NOTHING : Outcome.ACCEPTED;
    }

    /** Whether it was accepted, and nothing else that was asked for since can take its place. */
    private boolean isInForce(PinTarget target) {
        return target.equals(accepted) && unsettled.keySet().stream().allMatch(target::equals);
    }

    /** The next heartbeat, about to be sent; empty if enough are on their way or there is nothing to keep. */
    Optional<Heartbeat> next(long now) {
        breakIfPassed(now);
        if (lost || unacknowledged.size() >= 2) {
            return Optional.empty();
        }
        Heartbeat heartbeat = new Heartbeat(nextId++, now, mustName() ? wanted : null);
        unacknowledged.put(heartbeat.id(), heartbeat);
        if (heartbeat.names() != null) {
            unsettled.remove(heartbeat.names());
            unsettled.put(heartbeat.names(), heartbeat);
        }
        return Optional.of(heartbeat);
    }

    private boolean mustName() {
        if (chain == null) {
            return true;
        }
        Heartbeat last = null;
        for (Heartbeat heartbeat : unsettled.values()) {
            last = heartbeat;
        }
        if (last == null) {
            return owed || !wanted.equals(accepted) || acceptedAt < chainBegan;
        }
        boolean isAsked = unacknowledged.containsKey(last.id()) || unanswered.containsValue(last);
        return !isAsked || !wanted.equals(last.names());
    }

    Outcome acknowledged(Heartbeat heartbeat, long offset, long now) {
        if (unacknowledged.remove(heartbeat.id()) == null) {
            return Outcome.NOTHING;
        }
        acknowledgedUpTo = Math.max(acknowledgedUpTo, offset);
        breakIfPassed(now);
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
                // A repeat of the living pin renews it; a change does so only once it is accepted.
                extend(until);
            }
        }
        return answerEarlyVerdicts();
    }

    Outcome failed(Heartbeat heartbeat) {
        unacknowledged.remove(heartbeat.id());
        return answerEarlyVerdicts();
    }

    /** The verdicts on this reader, in log order. */
    Outcome verdict(PinVerdict verdict) {
        Heartbeat answered = unanswered.remove(verdict.getOffset());
        if (answered != null) {
            // Answers come in log order: what is older was answered in a stretch that was missed.
            unanswered.headMap(verdict.getOffset()).clear();
            return verdict.getAccepted() ? accept(answered, verdict.getOffset()) : reject(answered, verdict);
        }
        if (verdict.getOffset() > acknowledgedUpTo && !unacknowledged.isEmpty()) {
            early.add(verdict);
            return Outcome.NOTHING;
        }
        if (!verdict.getAccepted() && verdict.getOffset() >= chainBegan) {
            // A touch that found no pin, or a heartbeat of which nobody knows that it was logged.
            breakChain("Sexton does not know the pin: " + verdict.getDetail());
        }
        return Outcome.NOTHING;
    }

    /** Verdicts may have been missed: what was asked has to be asked again. */
    void gap(String cause) {
        unanswered.clear();
        early.clear();
        answerableFrom = nextId;
        breakChain(cause);
    }

    /** Notes that time has passed; {@link #isSure} does not depend on it. */
    void breakIfPassed(long now) {
        if (chain != null && chain.hasPassed(now)) {
            breakChain("no heartbeat was acknowledged within 0.75 of the ttl");
        }
    }

    private Outcome answerEarlyVerdicts() {
        Outcome outcome = Outcome.NOTHING;
        List<PinVerdict> waiting = List.copyOf(early);
        early.clear();
        for (PinVerdict verdict : waiting) {
            Outcome one = verdict(verdict);
            outcome = one == Outcome.NOTHING ? outcome : one;
        }
        return outcome;
    }

    private Outcome accept(Heartbeat answered, long offset) {
        accepted = answered.names();
        acceptedAt = offset;
        unsettled.values().removeIf(earlier -> earlier.id() <= answered.id());
        if (offset >= chainBegan) {
            extend(Deadline.of(answered.sentAt(), ttl));
        }
        if (!isInForce(wanted)) {
            // WARNING: I2. Another one that is on its way may take its place: a later heartbeat names it again.
            return Outcome.NOTHING;
        }
        owed = false;
        return Outcome.ACCEPTED;
    }

    private Outcome reject(Heartbeat answered, PinVerdict verdict) {
        unsettled.values().removeIf(same -> same.id() == answered.id());
        if (!wanted.equals(answered.names())) {
            return Outcome.NOTHING;
        }
        owed = false;
        rejection = new PinAnswer.Rejected(List.copyOf(verdict.getCondemnedList()), verdict.getDetail());
        if (accepted == null || accepted.equals(wanted)) {
            lost = true;
            why = "Sexton has rejected it: " + verdict.getDetail();
        } else {
            wanted = accepted;
        }
        return Outcome.REJECTED;
    }

    private void extend(Deadline until) {
        if (chain != null) {
            chain = chain.laterOf(until);
        }
    }

    private void breakChain(String cause) {
        chain = null;
        why = cause;
    }
}
