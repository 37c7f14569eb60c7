package io.sexton.cli.lines;

/** A line that is no record. */
final class MalformedLineException extends Exception {

    private final String problem;

    MalformedLineException(String problem) {
        super(problem);
        this.problem = problem;
    }

    /** Returns what is wrong, as a phrase with the line as its subject. */
    String problem() {
        return problem;
    }
}
