package io.sexton.demo.proof;

import java.util.List;

/**
 * What came of one proof.
 *
 * @param claim what was to be proved
 * @param evidence what it was checked on, with numbers
 * @param violations what speaks against it; empty if it holds
 */
public record Verdict(String claim, String evidence, List<String> violations) {

    public Verdict {
        violations = List.copyOf(violations);
    }

    /** Whether it is proved. */
    public boolean holds() {
        return violations.isEmpty();
    }
}
