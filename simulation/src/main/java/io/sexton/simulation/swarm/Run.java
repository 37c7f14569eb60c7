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
import io.sexton.simulation.log.Weather;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One run of one plan: the time of troubles, and then the calm, in which everything must come to its end.
 *
 * @param plan what was run
 * @param steps how many events there were
 * @param simulated how much time passed in the world
 * @param violation what was broken; empty if nothing was
 * @param coverage what was met
 * @param trace what happened, if it was to be kept
 */
public record Run(
        Plan plan,
        long steps,
        Duration simulated,
        Optional<Violation> violation,
        Coverage coverage,
        List<String> trace) {
    private static final Duration LOOK = Duration.ofHours(1);
    /** Longer than any linger, time-out, repetition and request in a row. */
    private static final int MOST_LOOKS = 24 * 6;

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
            trouble(world, plan);
            calm(world);
            for (int looks = 0; looks < MOST_LOOKS && !invariants.isClean(); looks++) {
                world.run(LOOK);
                tidy(world);
                if (looks == 0) {
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

    private static void trouble(World world, Plan plan) {
        Actions actions = new Actions(world);
        Duration end = Duration.ofMinutes(1);
        for (Intent intent : plan.intents()) {
            world.scheduler().after(intent.after(), () -> actions.carryOut(intent));
            end = intent.after();
        }
        world.run(end.plusMinutes(1));
    }

    /** Nothing goes wrong any more, and nobody begins anything that would keep a file. */
    private static void calm(World world) {
        world.say("the world", () -> "becomes calm");
        world.changeWeather(Weather.CALM);
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
