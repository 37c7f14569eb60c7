package io.sexton.cli.chaos;

import java.time.Duration;

/** A fault of one process. */
sealed interface Fault {

    /** Returns the name of the process. */
    String member();

    /** Returns its length; the process has to recover only afterwards. */
    Duration length();

    /** A {@code kill -9}, and a restart. */
    record Kill(String member, Duration length) implements Fault {}

    /** A {@code kill}, and a restart after its end in good order, as in a rolling restart. */
    record Restart(String member, Duration length) implements Fault {}

    /** A {@code kill -STOP} and {@code kill -CONT}. */
    record Pause(String member, Duration length) implements Fault {}

    /** A cut from the network. */
    record Cut(String member, Duration length) implements Fault {}

    /** A cut from its group coordinator alone. */
    record CutFromCoordinator(String member, Duration length) implements Fault {}

    /** The disk that has its state is full. */
    record FillDisk(String member, Duration length) implements Fault {}

    /** A step of its wall clock, and a step back. */
    record StepClock(String member, Duration by, Duration length) implements Fault {}
}
