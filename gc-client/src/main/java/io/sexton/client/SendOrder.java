package io.sexton.client;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds the order of one sequence of sends: after one that failed, none counts as sent until the owner has said that
 * it knows of the gap.
 *
 * <p>Sends are pipelined, so some may be on their way when one before them fails. They can still reach the log; their
 * futures fail all the same, because what they say now stands behind a gap (I5).
 *
 * <p>Safe for use by any thread.
 */
final class SendOrder {

    private int generation;
    private @Nullable PublishException firstFailure;

    /** What a send must hand back when its outcome is known. */
    record Ticket(int generation) {}

    /** Admits a send, unless one before it has failed. */
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

    /** Something that belonged into the sequence cannot be sent at all. */
    synchronized void fail(PublishException failure) {
        if (firstFailure == null) {
            firstFailure = failure;
        }
    }

    /** Why a send that did reach the log does not count, or nothing. */
    synchronized Optional<PublishException> objection(Ticket ticket, LogPosition position) {
        if (ticket.generation == generation && firstFailure == null) {
            return Optional.empty();
        }
        return Optional.of(new PublishException(
                "reached the log at " + position + ", but behind an event that was not acknowledged", firstFailure));
    }

    synchronized Optional<PublishException> failure() {
        return Optional.ofNullable(firstFailure);
    }

    /** The owner knows of the gap. What is still on its way from before fails all the same. */
    synchronized void reset() {
        if (firstFailure != null) {
            firstFailure = null;
            generation++;
        }
    }
}
