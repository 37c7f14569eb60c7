package io.sexton.demo;

import io.sexton.demo.proof.Examination.Findings;
import io.sexton.demo.proof.Verdict;
import java.io.PrintWriter;
import java.time.Duration;

/** The printed result of a run. */
public final class Printout {

    private static final int MOST_VIOLATIONS = 10;

    private final PrintWriter out;

    public Printout(PrintWriter out) {
        this.out = out;
    }

    public void print(Findings findings, Duration elapsed) {
        out.println();
        findings.summary().forEach(out::println);
        out.println();
        findings.verdicts().forEach(this::print);
        out.println();
        long failed =
                findings.verdicts().stream().filter(verdict -> !verdict.holds()).count();
        out.println((failed == 0 ? "Everything is proved" : failed + " proofs FAILED") + ", after "
                + elapsed.toSeconds() + " s.");
    }

    private void print(Verdict verdict) {
        out.println((verdict.holds() ? "proved  " : "FAILED  ") + verdict.claim());
        out.println("        (" + verdict.evidence() + ")");
        verdict.violations().stream()
                .limit(MOST_VIOLATIONS)
                .forEach(violation -> out.println("        - " + violation));
        int more = verdict.violations().size() - MOST_VIOLATIONS;
        if (more > 0) {
            out.println("        - and " + more + " more");
        }
    }
}
