package io.sexton.simulation.invariant;

import io.sexton.simulation.Observer;

/** One promise. It is told what happens, looks at the world after each step, and throws a {@link Violation}. */
public interface Invariant extends Observer {
    /** After each step. */
    default void check() {}

    /** When the faults have stopped and all that was under way has ended. */
    default void checkAtTheEnd() {}
}
