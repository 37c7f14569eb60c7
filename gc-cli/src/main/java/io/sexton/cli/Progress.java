package io.sexton.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/** A progress report at intervals; none for short work. Not thread safe. */
public final class Progress {

    private static final Duration INTERVAL = Duration.ofSeconds(5);

    /** Steps between two reads of the clock. */
    private static final int STEPS_PER_CHECK = 256;

    private final PrintWriter out;
    private final String done;
    private final LongSupplier nanoTime;
    private final long start;
    private long lastReport;
    private long steps;

    /**
     * @param out for people: standard error
     * @param done what has happened to what is counted ("lines read")
     */
    public Progress(PrintWriter out, String done) {
        this(out, done, System::nanoTime);
    }

    Progress(PrintWriter out, String done, LongSupplier nanoTime) {
        this.out = out;
        this.done = done;
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
        this.lastReport = start;
    }

    /** Counts one step. */
    public void step() {
        if (++steps % STEPS_PER_CHECK != 0) {
            return;
        }
        long now = nanoTime.getAsLong();
        if (now - lastReport >= INTERVAL.toNanos()) {
            lastReport = now;
            long seconds = Duration.ofNanos(now - start).toSeconds();
            out.println(String.format(Locale.ROOT, "%,d %s in %d s", steps, done, seconds));
            out.flush();
        }
    }
}
