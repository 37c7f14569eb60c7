package io.sexton.simulation.kernel;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What happened, line by line, for people; kept only if somebody wants to read it. */
public final class Trace {
    private final boolean kept;
    private final Scheduler scheduler;
    private final List<String> lines = new ArrayList<>();

    public Trace(Scheduler scheduler, boolean kept) {
        this.scheduler = scheduler;
        this.kept = kept;
    }

    /** One line, made only if it is kept. */
    public void say(String who, Supplier<String> what) {
        if (kept) {
            Instant now = scheduler.now();
            lines.add(now + " " + who + ": " + what.get());
        }
    }

    public List<String> lines() {
        return List.copyOf(lines);
    }
}
