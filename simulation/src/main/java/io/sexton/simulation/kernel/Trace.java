package io.sexton.simulation.kernel;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The history of a run, line by line, for people; recorded on request only. */
public final class Trace {
    private final boolean kept;
    private final Scheduler scheduler;
    private final List<String> lines = new ArrayList<>();

    public Trace(Scheduler scheduler, boolean kept) {
        this.scheduler = scheduler;
        this.kept = kept;
    }

    /** Adds one line, computed only if the trace is recorded. */
    public void add(String who, Supplier<String> what) {
        if (kept) {
            Instant now = scheduler.now();
            lines.add(now + " " + who + ": " + what.get());
        }
    }

    public List<String> lines() {
        return List.copyOf(lines);
    }
}
