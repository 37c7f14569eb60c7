package io.sexton.simulation.swarm;

import io.sexton.simulation.Parts;
import io.sexton.simulation.World;
import io.sexton.simulation.database.Branch;
import io.sexton.simulation.database.Database;
import io.sexton.simulation.database.Leader;
import io.sexton.simulation.database.Migration;
import io.sexton.simulation.database.Reader;
import io.sexton.simulation.invariant.Invariants;
import io.sexton.simulation.invariant.Violation;
import io.sexton.simulation.kernel.Coverage;
import io.sexton.simulation.kernel.Machine;
import io.sexton.simulation.log.FaultPlan;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One run of one plan: a phase with faults, then a phase without, in which all garbage must be deleted.
 *
 * @param plan that was run
 * @param steps number of events
 * @param simulated time that passed in the world
 * @param violation of an invariant, if there was one
 * @param coverage counters of what occurred
 * @param trace history of the run, if it was recorded
 */
public record Run(
        Plan plan,
        long steps,
        Duration simulated,
        Optional<Violation> violation,
        Coverage coverage,
        List<String> trace) {
    private static final Duration CHECK_INTERVAL = Duration.ofHours(1);
    /** Longer than any linger, time-out, repetition and request in a row. */
    private static final int MOST_CHECKS = 24 * 6;

    /** Runs the plan on the real cores. */
    public static Run of(Plan plan) {
        return of(plan, new Parts(), false);
    }

    /** Runs the plan on these parts. */
    public static Run of(Plan plan, Parts parts, boolean traced) {
        World world = new World(plan.settings(), parts, traced);
        Invariants invariants = new Invariants(world, plan.stepsClocks());
        Optional<Violation> violation = Optional.empty();
        try {
            injectFaults(world, plan);
            stopFaults(world);
            for (int checks = 0; checks < MOST_CHECKS && !invariants.isClean(); checks++) {
                world.run(CHECK_INTERVAL);
                tidy(world);
                if (checks == 0) {
                    // What no event names; all later inventories are those that gc-streams requests.
                    scan(world);
                }
            }
            invariants.checkAtTheEnd();
        } catch (Violation broken) {
            violation = Optional.of(broken);
        } catch (RuntimeException failed) {
            // A core that throws would throw again after each restart: its partition stands still.
            violation = Optional.of(new Violation("I6", "something has failed: " + failed));
        }
        return new Run(
                plan,
                world.steps(),
                Duration.between(World.START, world.scheduler().now()),
                violation,
                world.coverage(),
                world.trace().lines());
    }

    private static void injectFaults(World world, Plan plan) {
        ActionExecutor executor = new ActionExecutor(world);
        Duration end = Duration.ofMinutes(1);
        for (PlannedAction action : plan.actions()) {
            world.scheduler().after(action.after(), () -> executor.execute(action));
            end = action.after();
        }
        world.run(end.plusMinutes(1));
    }

    /** Stops all faults, and all operations that would keep a file. */
    private static void stopFaults(World world) {
        world.trace("the world", () -> "has no more faults");
        world.changeFaults(FaultPlan.NONE);
        world.log().setReachable(true);
        world.store().setReachable(true);
        world.archive().setReachable(true);
        world.databases().forEach(database -> database.operator().endTrials());
        world.log().setClockError(Duration.ZERO);
        for (Machine machine : world.machines()) {
            machine.resume();
            machine.setWallError(Duration.ZERO);
        }
        world.run(Duration.ofMinutes(30));
        tidy(world);
        scan(world);
    }

    private static void scan(World world) {
        world.databases().forEach(database -> database.operator().scan());
    }

    private static void tidy(World world) {
        for (Database database : world.databases()) {
            database.readers().forEach(Reader::finish);
            database.branches().forEach(Branch::end);
            database.migrations().forEach(Migration::stop);
            database.operator().releaseAll();
            if (database.leader().isEmpty()) {
                database.elect();
            } else {
                database.leader().ifPresent(Leader::snapshotSoon);
            }
        }
    }
}
