package io.sexton.deleter.core;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How late it can be by the clock of the log, without asking any other: what came back of a fence was appended after that
 * fence was published, and since then as much has passed as the monotonic clock says.
 */
final class LatestLogTime {

    private @Nullable Instant atMost;
    private Duration counted = Duration.ZERO;

    /**
     * A fence has passed.
     *
     * @param appended when the log was given what came back of it
     * @param published no later than the fence was
     */
    void passed(Instant appended, Duration published) {
        atMost = appended;
        counted = published;
    }

    /** It was that late already, whatever the fences said: the clocks of two partitions' brokers may differ. */
    void isAtLeast(Instant moment, Duration now) {
        if (isBefore(moment, now)) {
            atMost = moment;
            counted = now;
        }
    }

    /** Whether that moment is certainly still to come. */
    boolean isBefore(Instant moment, Duration now) {
        return moment.equals(Instant.MAX)
                || (atMost != null && atMost.plus(now.minus(counted)).isBefore(moment));
    }
}
