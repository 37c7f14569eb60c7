package io.sexton.demo;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/**
 * The progress of the demo: on a terminal one line that changes, else a line at intervals. Messages are printed above
 * it.
 *
 * <p>Safe for use by any thread.
 */
public final class LiveLine {

    private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);
    private static final String CLEAR = "\r\u001b[2K";

    private final PrintWriter out;
    private final boolean terminal;
    private final long start = System.nanoTime();
    private long lastLine = start;
    private String shown = "";

    public LiveLine(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Shows the current state. */
    public synchronized void show(String state) {
        long now = System.nanoTime();
        if (terminal) {
            shown = time() + state;
            out.print(CLEAR + shown);
            out.flush();
        } else if (now - lastLine >= BETWEEN_LINES.toNanos()) {
            lastLine = now;
            out.println(time() + state);
            out.flush();
        }
    }

    /** Prints a message. */
    public synchronized void print(String message) {
        if (terminal) {
            out.print(CLEAR);
        }
        out.println(time() + message);
        if (terminal) {
            out.print(shown);
        }
        out.flush();
    }

    /** Takes the changing line away. */
    public synchronized void end() {
        if (terminal) {
            out.print(CLEAR);
            out.flush();
        }
        shown = "";
    }

    /** Returns the time since the beginning. */
    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private String time() {
        return String.format(Locale.ROOT, "%3d s  ", elapsed().toSeconds());
    }
}
