package io.sexton.streams.apply;

import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.state.Region;
import io.sexton.streams.state.State;
import java.time.Instant;
import java.util.Objects;

/**
 * The unfinished work on many files of earlier records. Each tick resumes it, within its budget, before it examines due
 * files (docs/adr/0010). Not thread safe.
 */
final class Backlog {
    private final State state;
    private final Sweeps sweeps;
    private final Wakes wakes;
    private final Budget budget;
    private boolean unfinished;

    Backlog(State state, Sweeps sweeps, Wakes wakes, Budget budget) {
        this.state = state;
        this.sweeps = sweeps;
        this.wakes = wakes;
        this.budget = budget;
    }

    void resume(Instant clock) {
        boolean done = !state.schedule().workLeft() || (resumeRegions() && wakes.resumeAll());
        unfinished = !(done && forgetGoneFiles(clock));
    }

    private boolean resumeRegions() {
        for (RegionId id = state.schedule().firstUnfinished();
                id != null;
                id = state.schedule().firstUnfinished()) {
            Region region = state.regions().get(id);
            if (!sweeps.resume(region) || !wakes.resume(region)) {
                return false;
            }
            state.schedule().clearUnfinished(id);
        }
        return true;
    }

    /** Deletes the rows of files that have been GONE for long. Returns whether none is left. */
    private boolean forgetGoneFiles(Instant clock) {
        return state.schedule().takeForgotten(clock, entry -> {
            FilePath path = Objects.requireNonNull(entry.path(), "only files are forgotten");
            state.files().forget(entry.region(), path);
            budget.moved();
            return !budget.isSpent();
        });
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
