package io.sexton.simulation.invariant;

/** A promise is broken. */
public final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String invariant;

    /** @param invariant its number, I1 to I8 */
    public Violation(String invariant, String what) {
        super(invariant + ": " + what);
        this.invariant = invariant;
    }

    /** Returns the number of the invariant. */
    public String invariant() {
        return invariant;
    }
}
