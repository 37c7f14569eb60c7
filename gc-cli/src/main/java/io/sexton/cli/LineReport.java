package io.sexton.cli;

import java.io.PrintWriter;
import java.util.Locale;

/** A report of problems in the lines of an input, one line for each, with counts. Not thread safe. */
public final class LineReport {

    private final InputFile input;
    private final PrintWriter err;
    private long lines;
    private long problems;

    public LineReport(InputFile input, PrintWriter err) {
        this.input = input;
        this.err = err;
    }

    /** Counts one more line. */
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

    /** Prints how many lines were not usable; nothing if all were. */
    public void summarize() {
        if (hasProblems()) {
            err.println(String.format(Locale.ROOT, "%s: %,d of %,d lines cannot be used", input, problems, lines));
            err.flush();
        }
    }
}
