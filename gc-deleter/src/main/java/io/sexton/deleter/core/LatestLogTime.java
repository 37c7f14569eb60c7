package io.sexton.deleter.core;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How late it can be by the clock of the log, without asking any other: what came back of a fence was appended after that
 * fence was published, and since then as much has passed as the monotonic clock says.
 */
final class LatestLogTime {

    /** A time by the clock of the log, counted on by the monotonic clock. */
    private record Counted(Instant from, Duration at) {
        Instant on(Duration now) {
            return from.plus(now.minus(at));
        }
    }

    private @Nullable Counted fenced;
    private @Nullable Counted witnessed;

    /**
     * A fence has passed.
     *
     * @param appended when the log was given what came back of it
     * @param published no later than the fence was
     */
    void passed(Instant appended, Duration published) {
        fenced = new Counted(appended, published);
    }

    /** It was that late already, whatever a fence says, or will say: the clocks of two partitions' brokers may differ. */
    void isAtLeast(Instant moment, Duration now) {
        if (witnessed == null || witnessed.on(now).isBefore(moment)) {
            witnessed = new Counted(moment, now);
        }
    }

    /** Whether that moment is certainly still to come. */
    boolean isBefore(Instant moment, Duration now) {
        return moment.equals(Instant.MAX)
                || (fenced != null
                        && fenced.on(now).isBefore(moment)
                        && (witnessed == null || witnessed.on(now).isBefore(moment)));
    }
}
