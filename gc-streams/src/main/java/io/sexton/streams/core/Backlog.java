package io.sexton.streams.core;

import io.sexton.proto.RegionId;
import java.time.Instant;

/**
 * Work on many files that the records which began it left over. Each tick goes on with it, within its budget, before it
 * looks at what is due (docs/adr/0010). Not thread safe.
 */
final class Backlog {
    private final State state;
    private final Sweeps sweeps;
    private boolean left;

    Backlog(State state, Sweeps sweeps) {
        this.state = state;
        this.sweeps = sweeps;
    }

    void goOn(Instant clock) {
        boolean done =
                !state.schedule.workLeft() || (goOnWithRegions() && state.files.goOnWakingAll(state.regions::get));
        left = !(done && state.files.forget(clock));
    }

    private boolean goOnWithRegions() {
        for (RegionId id = state.schedule.firstUnfinished(); id != null; id = state.schedule.firstUnfinished()) {
            Region region = state.regions.get(id);
            if (!sweeps.goOn(region) || !state.files.goOnWaking(region)) {
                return false;
            }
            state.schedule.finished(id);
        }
        return true;
    }

    /** Whether the present tick has left something for the next one. */
    boolean isLeft() {
        return left;
    }

    /**
     * Whether files of the region may not be condemned yet. WARNING: an unfinished snapshot may still have to say that a
     * file is LIVE or gone, and files that are still parked come before others in the guard's count.
     */
    boolean holds(Region region) {
        return region.hasUnfinishedWork()
                || (state.schedule.wakeAllNext() != null && region.row().getParkedFiles() > 0);
    }
}
