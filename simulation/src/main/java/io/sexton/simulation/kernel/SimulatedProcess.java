package io.sexton.simulation.kernel;

import java.time.Duration;

/**
 * One process on a machine. A scheduled action runs unless the process is dead by then, and after any pause of the
 * machine.
 */
public final class SimulatedProcess {
    private final String name;
    private final Machine machine;
    private final Scheduler scheduler;
    private boolean alive = true;

    public SimulatedProcess(String name, Machine machine, Scheduler scheduler) {
        this.name = name;
        this.machine = machine;
        this.scheduler = scheduler;
    }

    /** Returns its name, unique in the world: a restarted process has another name. */
    public String name() {
        return name;
    }

    public Machine machine() {
        return machine;
    }

    public boolean isAlive() {
        return alive;
    }

    /** Ends without a further step: as {@code kill -9}. */
    public void kill() {
        alive = false;
    }

    /** Schedules an action of the process after a delay. */
    public Scheduler.Event later(Duration delay, Runnable action) {
        return scheduler.after(delay, () -> runUnlessPaused(action));
    }

    private void runUnlessPaused(Runnable action) {
        if (!alive) {
            return;
        }
        if (machine.isPaused()) {
            scheduler.after(machine.pauseLeft(), () -> runUnlessPaused(action));
        } else {
            action.run();
        }
    }
}
