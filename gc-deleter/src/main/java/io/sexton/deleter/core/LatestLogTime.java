package io.sexton.deleter.core;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The upper bound on the time by the clock of the log, computed without any other wall clock: the FencePassed of a fence was
 * appended after that fence was published, and since then as much time has passed as by the monotonic clock.
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
     * Enters a fence that has passed.
     *
     * @param appended when its FencePassed was appended
     * @param published a time no later than the publishing of the fence
     */
    void passed(Instant appended, Duration published) {
        fenced = new Counted(appended, published);
    }

    /** Raises the bound, whatever a fence states now or later: the clocks of two partitions' brokers may differ. */
    void isAtLeast(Instant moment, Duration now) {
        if (witnessed == null || witnessed.on(now).isBefore(moment)) {
            witnessed = new Counted(moment, now);
        }
    }

    /** Returns whether the moment is certainly in the future. */
    boolean isBefore(Instant moment, Duration now) {
        return moment.equals(Instant.MAX)
                || (fenced != null
                        && fenced.on(now).isBefore(moment)
                        && (witnessed == null || witnessed.on(now).isBefore(moment)));
    }
}
