package io.sexton.demo.proof;

import java.util.List;

/**
 * The result of one proof.
 *
 * @param claim the statement to prove
 * @param evidence its basis, with numbers
 * @param violations counterexamples; empty if it holds
 */
public record Verdict(String claim, String evidence, List<String> violations) {

    public Verdict {
        violations = List.copyOf(violations);
    }

    /** Returns true if it is proved. */
    public boolean holds() {
        return violations.isEmpty();
    }
}
