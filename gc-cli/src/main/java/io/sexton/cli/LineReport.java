package io.sexton.cli;

import java.io.PrintWriter;
import java.util.Locale;

/** Reports what is wrong with lines of an input, one line for each, and counts them. Not thread safe. */
public final class LineReport {

    private final InputFile input;
    private final PrintWriter err;
    private long lines;
    private long problems;

    public LineReport(InputFile input, PrintWriter err) {
        this.input = input;
        this.err = err;
    }

    /** One more line has been read. */
    public void read() {
        lines++;
    }

    /** @param problem a phrase with the line as its subject */
    public void problem(long number, String problem) {
        problems++;
        err.println(input + ": line " + number + " " + problem);
        err.flush();
    }

    public boolean hasProblems() {
        return problems > 0;
    }

    /** Says how many lines were not usable; nothing if all were. */
    public void summarize() {
        if (hasProblems()) {
            err.println(String.format(Locale.ROOT, "%s: %,d of %,d lines cannot be used", input, problems, lines));
            err.flush();
        }
    }
}
