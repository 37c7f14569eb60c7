package io.sexton.simulation.invariant;

import io.sexton.simulation.Observer;

/** One invariant. It observes events, checks the world after each step, and throws a {@link Violation}. */
public interface Invariant extends Observer {
    /** Checks the world after each step. */
    default void check() {}

    /** Checks the world after the faults have stopped and all work has ended. */
    default void checkAtTheEnd() {}
}
