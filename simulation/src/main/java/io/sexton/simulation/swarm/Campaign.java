package io.sexton.simulation.swarm;

import io.sexton.simulation.invariant.Violation;
import io.sexton.simulation.kernel.Coverage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Runs of many seeds in sequence, and their results. Not thread safe. */
public final class Campaign {
    private final Coverage coverage = new Coverage();
    private final List<Failure> failures = new ArrayList<>();
    private long seeds;
    private long steps;
    private Duration simulated = Duration.ZERO;

    /** A seed that broke a promise. */
    public record Failure(long seed, Violation violation) {}

    /**
     * Runs the seeds.
     *
     * @param from the first
     * @param to the last
     * @param each receives every run after its end
     */
    public void run(long from, long to, Consumer<Run> each) {
        for (long seed = from; seed <= to; seed++) {
            Run run = Run.of(Plan.draw(seed));
            add(run);
            each.accept(run);
        }
    }

    private void add(Run run) {
        seeds++;
        steps += run.steps();
        simulated = simulated.plus(run.simulated());
        coverage.add(run.coverage());
        run.violation()
                .ifPresent(violation ->
                        failures.add(new Failure(run.plan().settings().seed(), violation)));
    }

    public List<Failure> failures() {
        return List.copyOf(failures);
    }

    public long seeds() {
        return seeds;
    }

    public long steps() {
        return steps;
    }

    /** Returns the time that passed in all worlds together. */
    public Duration simulated() {
        return simulated;
    }

    public Coverage coverage() {
        return coverage;
    }

    /** Returns expected coverage that never occurred. */
    public List<String> neverMet() {
        return Expected.all().stream().filter(each -> coverage.count(each) == 0).toList();
    }
}
