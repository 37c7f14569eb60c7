package io.sexton.deleter.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.testkit.SeededRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Two deleters in a hostile world, from many seeds: while faults happen the invariants hold after every step, and once
 * they cease everything is reported.
 */
final class DeleterSimulationTest {

    private static final int SEEDS = 2_000;
    private static final int STEPS = 400;
    private static final int ROUNDS_TO_QUIET = 3_000;

    @Test
    void deletesWhatWasCondemnedAndNothingThatCameToLife() {
        int reportedAhead = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            try {
                reportedAhead += new Run(seed).run() ? 1 : 0;
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
        assertThat(reportedAhead)
                .as("runs in which a report overtook a command of another region")
                .isGreaterThan(SEEDS / 10);
    }

    private static final class Run {
        private final SeededRandom random;
        private final SimulatedWorld world;
        private final List<SimulatedDeleter> deleters = new ArrayList<>();
        private int started;

        private Run(long seed) {
            random = new SeededRandom(seed);
            world = new SimulatedWorld(random);
        }

        /** Returns whether a command was reported before an earlier one of its partition. */
        private boolean run() {
            deleters.add(start());
            deleters.add(start());
            for (int partition = 0; partition < SimulatedWorld.PARTITIONS; partition++) {
                anyDeleter().assign(partition);
            }
            for (int step = 0; step < STEPS; step++) {
                randomStep();
            }
            settle();
            assertThat(world.reports).as("every command is reported").hasSize(world.commands);
            return world.reportedAhead;
        }

        private SimulatedDeleter start() {
            return new SimulatedDeleter(world, "deleter-" + ++started);
        }

        private SimulatedDeleter anyDeleter() {
            return deleters.get(random.nextInt(deleters.size()));
        }

        private void randomStep() {
            SimulatedDeleter deleter = anyDeleter();
            int partition = random.nextInt(SimulatedWorld.PARTITIONS);
            switch (random.nextInt(24)) {
                case 0, 1, 2 -> world.condemn();
                case 3 -> world.askForExclusive();
                case 4 -> world.useExclusives();
                case 5 -> world.readdWithoutLock();
                case 6, 7 -> world.fold(partition);
                case 8, 9, 10, 11 -> deleter.readOne(partition);
                case 12, 13 -> deleter.hearOfLocks(0.7);
                case 14, 15, 16 -> deleter.startCall();
                case 17 -> deleter.finishCalls(false);
                case 18 -> deleter.commit(random.nextInt(8) == 0);
                case 19, 20, 21 -> passTime(Duration.ofMillis(random.nextInt(1_500)));
                case 22 -> rebalance(partition);
                default -> {
                    switch (random.nextInt(6)) {
                        case 0 -> crash(deleter);
                        case 1 -> world.garbage();
                        default -> deleter.hearOfLocks(0);
                    }
                }
            }
        }

        private void rebalance(int partition) {
            if (random.nextInt(4) == 0) {
                deleters.stream()
                        .filter(each -> each.assigned().contains(partition))
                        .forEach(each -> each.drop(partition));
                anyDeleter().assign(partition);
            }
        }

        private void crash(SimulatedDeleter deleter) {
            deleter.crash();
            List<Integer> orphaned = List.copyOf(deleter.assigned());
            deleters.remove(deleter);
            deleters.add(start());
            orphaned.forEach(partition -> anyDeleter().assign(partition));
        }

        /** Calls that would outlive their time-out end first: a store keeps to it. */
        private void passTime(Duration length) {
            Duration until = world.now.plus(length);
            for (SimulatedDeleter deleter : deleters) {
                Optional<Duration> deadline = deleter.nextDeadline();
                if (deadline.isPresent() && deadline.get().compareTo(until) <= 0) {
                    deleter.finishCalls(true);
                }
            }
            world.now = until;
            world.locks.expire(world.now);
            deleters.forEach(SimulatedDeleter::advance);
        }

        private void settle() {
            for (int round = 0; round < ROUNDS_TO_QUIET && !isQuiet(); round++) {
                world.useExclusives();
                for (int partition = 0; partition < SimulatedWorld.PARTITIONS; partition++) {
                    world.fold(partition);
                }
                for (SimulatedDeleter deleter : deleters) {
                    for (int partition = 0; partition < SimulatedWorld.PARTITIONS; partition++) {
                        deleter.readOne(partition);
                    }
                    deleter.hearOfLocks(1);
                    deleter.startCall();
                    deleter.finishCalls(true);
                    deleter.commit(false);
                }
                passTime(Duration.ofMillis(500));
            }
            assertThat(isQuiet()).as("comes to rest once faults cease (I6)").isTrue();
        }

        private boolean isQuiet() {
            for (int partition = 0; partition < SimulatedWorld.PARTITIONS; partition++) {
                if (world.committed[partition].nextOffset()
                        < world.log.get(partition).size()) {
                    return false;
                }
            }
            return world.isFolded();
        }
    }
}
