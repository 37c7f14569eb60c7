package io.sexton.simulation.database;

import io.sexton.simulation.kernel.SimulatedProcess;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Repeated checks of a condition, as by a thread of a process. */
final class Polling {
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private Polling() {}

    /** Runs the action once the condition holds or the timeout has expired. */
    static void until(SimulatedProcess process, Duration timeout, BooleanSupplier done, Runnable then) {
        Duration deadline = process.machine().uptime().plus(timeout);
        check(process, deadline, done, then);
    }

    private static void check(SimulatedProcess process, Duration deadline, BooleanSupplier done, Runnable then) {
        if (done.getAsBoolean() || process.machine().uptime().compareTo(deadline) >= 0) {
            then.run();
        } else {
            process.later(INTERVAL, () -> check(process, deadline, done, then));
        }
    }
}
