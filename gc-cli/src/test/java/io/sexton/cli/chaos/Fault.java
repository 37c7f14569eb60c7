package io.sexton.cli.chaos;

import java.time.Duration;

/** Something that happens to one process. */
sealed interface Fault {

    /** Which process. */
    String member();

    /** How long it lasts; the process has to come back only afterwards. */
    Duration length();

    /** As {@code kill -9}, and started again. */
    record Kill(String member, Duration length) implements Fault {}

    /** As {@code kill}, and started again once it has ended in good order: a rolling restart has one of each. */
    record Restart(String member, Duration length) implements Fault {}

    /** As {@code kill -STOP} and {@code kill -CONT}. */
    record Pause(String member, Duration length) implements Fault {}

    /** Nothing comes from it or reaches it. */
    record Cut(String member, Duration length) implements Fault {}

    /** Its group coordinator does not answer it; everything else does. */
    record CutFromCoordinator(String member, Duration length) implements Fault {}

    /** The disk that has its state is full. */
    record FillDisk(String member, Duration length) implements Fault {}

    /** Its wall clock is stepped, and stepped back. */
    record StepClock(String member, Duration by, Duration length) implements Fault {}
}
