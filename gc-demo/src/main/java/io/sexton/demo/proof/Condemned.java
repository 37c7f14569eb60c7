package io.sexton.demo.proof;

import io.sexton.v1.Disposition;
import io.sexton.v1.Reason;
import java.time.Duration;
import java.time.Instant;

/**
 * One file of one delete command.
 *
 * @param partition the region's, on every topic
 * @param tickOffset the tick on gc.events that decided it
 * @param decidedAt time of the decision, by Sexton's clock
 * @param loggedAt time at which the broker appended the command
 * @param since time since which the reason holds, by the command
 * @param linger the policy's, for that reason
 * @param disposition the policy's
 * @param evidenceOffset the event on gc.events that is the evidence of the reason
 */
record Condemned(
        String commandId,
        Condemnations.Name name,
        Reason reason,
        int partition,
        long tickOffset,
        Instant decidedAt,
        Instant loggedAt,
        Instant since,
        Duration linger,
        Disposition disposition,
        long evidenceOffset) {

    @Override
    public String toString() {
        return name.region() + "/" + name.path() + " (" + reason + ", command " + commandId + ")";
    }
}
