package io.sexton.client.internal;

import io.sexton.client.LogPosition;
import io.sexton.client.PublishException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The order of one sequence of sends: after a failed send, every later one fails until the owner acknowledges the gap.
 *
 * <p>Sends are pipelined, so later ones may be unacknowledged when one fails. They can still reach the log. Their
 * futures fail nevertheless, because their events are after a gap (I5).
 *
 * <p>Safe for use by any thread.
 */
public final class SendOrder {

    private int generation;
    private @Nullable PublishException firstFailure;

    /** The admission of a send, which the sender returns when the outcome is known. */
    record Ticket(int generation) {}

    /**
     * Admits a send.
     *
     * @throws PublishException if an earlier one has failed
     */
    synchronized Ticket admit() {
        if (firstFailure != null) {
            throw new PublishException(
                    "nothing was sent, because an earlier event was not acknowledged and this would overtake it",
                    firstFailure);
        }
        return new Ticket(generation);
    }

    synchronized void failed(Ticket ticket, PublishException failure) {
        if (ticket.generation == generation && firstFailure == null) {
            firstFailure = failure;
        }
    }

    /** Fails the sequence because an event of it cannot be sent. */
    public synchronized void fail(PublishException failure) {
        if (firstFailure == null) {
            firstFailure = failure;
        }
    }

    /** Returns the failure of a send that reached the log after a gap; empty if there is no gap. */
    synchronized Optional<PublishException> failureAfterGap(Ticket ticket, LogPosition position) {
        if (ticket.generation == generation && firstFailure == null) {
            return Optional.empty();
        }
        return Optional.of(new PublishException(
                "reached the log at " + position + ", but behind an event that was not acknowledged", firstFailure));
    }

    public synchronized Optional<PublishException> failure() {
        return Optional.ofNullable(firstFailure);
    }

    /** Admits sends again, after the owner has handled the gap. Earlier sends that are still unacknowledged fail. */
    public synchronized void reset() {
        if (firstFailure != null) {
            firstFailure = null;
            generation++;
        }
    }
}
