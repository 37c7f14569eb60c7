package io.sexton.simulation.database;

import io.sexton.simulation.kernel.SimulatedProcess;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Looks again and again whether something has come about, as a thread of a process would. */
final class Waiting {
    private static final Duration LOOK = Duration.ofSeconds(2);

    private Waiting() {}

    /** Goes on once it is so, or the patience is over. */
    static void until(SimulatedProcess process, Duration patience, BooleanSupplier done, Runnable then) {
        Duration deadline = process.machine().uptime().plus(patience);
        look(process, deadline, done, then);
    }

    private static void look(SimulatedProcess process, Duration deadline, BooleanSupplier done, Runnable then) {
        if (done.getAsBoolean() || process.machine().uptime().compareTo(deadline) >= 0) {
            then.run();
        } else {
            process.later(LOOK, () -> look(process, deadline, done, then));
        }
    }
}
