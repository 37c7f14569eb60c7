package io.sexton.cli.simulate;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import io.sexton.service.CommandFailure;
import io.sexton.service.ExitCode;
import io.sexton.simulation.Parts;
import io.sexton.simulation.swarm.Campaign;
import io.sexton.simulation.swarm.Plan;
import io.sexton.simulation.swarm.PlanShrinker;
import io.sexton.simulation.swarm.Run;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The {@code sexton simulate} command. */
@Command(
        name = "simulate",
        header = "Runs all of Sexton in a seeded world with faults, and checks its promises.",
        description = {
            "One thread runs the classes that decide, lock, delete and count pins, in a world that is simulated: the log,"
                    + " the clocks, storage, databases, readers, operators, and all that goes wrong with them. After each"
                    + " step the promises I1 to I8 are checked against what the databases know to be true. The seed"
                    + " decides everything: the same seed is the same run.",
            "",
            "docs/testing.md describes the world, the checks, and which planted bugs they find."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every promise held",
            "1:a promise was broken; the output names it",
            "2:the command line is wrong"
        })
public final class SimulateCommand implements Callable<Integer> {
    private static final int MOST_RUNS_TO_SHRINK = 500;
    private static final int MOST_LINES = 200;
    private static final Duration BETWEEN_REPORTS = Duration.ofSeconds(5);

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Which which;

    @Option(names = "--trace", description = "Print all that happens, in the order of true time. With --seed.")
    private boolean trace;

    /** One seed or many. */
    static final class Which {
        @Option(
                names = "--seed",
                paramLabel = "N",
                description = "Run this seed. If it breaks a promise, print what led to it, as short as it can be had.")
        private @Nullable Long seed;

        @Option(
                names = "--seeds",
                paramLabel = "A..B",
                converter = SeedRange.Converter.class,
                description = "Run these seeds, and sum up what was met and what never was.")
        private @Nullable SeedRange seeds;
    }

    @Override
    public Integer call() {
        if (trace && which.seed == null) {
            throw CommandFailure.usage("--trace: needs --seed, the one to trace");
        }
        // The clients of the world complain of what the world does to them: that is no news.
        ((LoggerContext) LoggerFactory.getILoggerFactory())
                .getLogger("io.sexton.client")
                .setLevel(Level.OFF);
        PrintWriter out = spec.commandLine().getOut();
        boolean held = which.seed != null
                ? runOne(which.seed, out)
                : which.seeds == null
                        || runMany(which.seeds, out, spec.commandLine().getErr());
        out.flush();
        return held ? ExitCode.DONE : ExitCode.BROKEN;
    }

    private boolean runOne(long seed, PrintWriter out) {
        Run run = Run.of(Plan.draw(seed), new Parts(), trace);
        run.trace().forEach(out::println);
        out.println(String.format(
                Locale.ROOT,
                "Seed %d: %,d steps in %s of simulated time, %d actions: %s",
                seed,
                run.steps(),
                text(run.simulated()),
                run.plan().actions().size(),
                run.violation().map(broken -> "broken " + broken.getMessage()).orElse("every promise held")));
        if (run.violation().isEmpty()) {
            return true;
        }
        if (!trace) {
            out.println("What led to it, with the fewest actions that reproduce it:");
            out.flush();
            Run shortest = new PlanShrinker(Parts::new, MOST_RUNS_TO_SHRINK).shrink(run);
            int lines = shortest.trace().size();
            shortest.trace().stream().skip(Math.max(0, lines - MOST_LINES)).forEach(out::println);
            shortest.violation().ifPresent(broken -> out.println("broken " + broken.getMessage()));
            out.println("Replay: sexton simulate --seed " + seed + " --trace");
        }
        return false;
    }

    private static boolean runMany(SeedRange seeds, PrintWriter out, PrintWriter err) {
        Campaign campaign = new Campaign();
        long start = System.nanoTime();
        long[] lastReport = {start};
        campaign.run(seeds.from(), seeds.to(), run -> {
            long now = System.nanoTime();
            run.violation()
                    .ifPresent(broken ->
                            out.println("Seed " + run.plan().settings().seed() + " broke "
                                    + broken.getMessage() + "; replay: sexton simulate --seed "
                                    + run.plan().settings().seed()));
            if (now - lastReport[0] >= BETWEEN_REPORTS.toNanos()) {
                lastReport[0] = now;
                err.println(String.format(
                        Locale.ROOT,
                        "%,d of %,d seeds, %d broken, %,d steps",
                        campaign.seeds(),
                        seeds.count(),
                        campaign.failures().size(),
                        campaign.steps()));
                err.flush();
            }
        });
        summarize(campaign, Duration.ofNanos(System.nanoTime() - start), out);
        return campaign.failures().isEmpty();
    }

    private static void summarize(Campaign campaign, Duration took, PrintWriter out) {
        campaign.coverage().counts().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(each -> out.println(String.format(Locale.ROOT, "%,12d  %s", each.getValue(), each.getKey())));
        campaign.neverMet().forEach(each -> out.println("       never  " + each));
        double seconds = Math.max(1, took.toMillis()) / 1000.0;
        out.println(String.format(
                Locale.ROOT,
                "%,d seeds, %d broken; %s of simulated time, %,d steps in %.0f s, %,.0f a second",
                campaign.seeds(),
                campaign.failures().size(),
                text(campaign.simulated()),
                campaign.steps(),
                seconds,
                campaign.steps() / seconds));
    }

    private static String text(Duration length) {
        return length.compareTo(Duration.ofDays(2)) >= 0 ? length.toDays() + " days" : length.toHours() + " hours";
    }
}
