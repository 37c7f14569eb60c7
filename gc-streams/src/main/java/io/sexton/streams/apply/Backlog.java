package io.sexton.streams.apply;

import io.sexton.proto.RegionId;
import io.sexton.streams.state.Region;
import io.sexton.streams.state.State;
import java.time.Instant;

/**
 * The unfinished work on many files of earlier records. Each tick resumes it, within its budget, before it examines due
 * files (docs/adr/0010). Not thread safe.
 */
final class Backlog {
    private final State state;
    private final Sweeps sweeps;
    private boolean unfinished;

    Backlog(State state, Sweeps sweeps) {
        this.state = state;
        this.sweeps = sweeps;
    }

    void resume(Instant clock) {
        boolean done =
                !state.schedule().workLeft() || (resumeRegions() && state.files().resumeWakingAll(state.regions()::get));
        unfinished = !(done && state.files().forget(clock));
    }

    private boolean resumeRegions() {
        for (RegionId id = state.schedule().firstUnfinished(); id != null; id = state.schedule().firstUnfinished()) {
            Region region = state.regions().get(id);
            if (!sweeps.resume(region) || !state.files().resumeWaking(region)) {
                return false;
            }
            state.schedule().clearUnfinished(id);
        }
        return true;
    }

    /** Returns whether the present tick leaves work for the next one. */
    boolean isUnfinished() {
        return unfinished;
    }

    /**
     * Returns whether files of the region must not be condemned yet. WARNING: an unfinished snapshot may still make a
     * file LIVE or GONE, and files that are still parked precede others in the guard's count.
     */
    boolean defers(Region region) {
        return region.hasUnfinishedWork()
                || (state.schedule().wakeAllNext() != null && region.row().getParkedFiles() > 0);
    }
}
