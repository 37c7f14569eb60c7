package io.sexton.streams.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.fold.core.Output;
import io.sexton.fold.core.Placement;
import io.sexton.fold.state.MemoryStore;
import io.sexton.streams.apply.PartitionFold;
import io.sexton.streams.state.Stores;
import io.sexton.testkit.Shrinker;
import io.sexton.v1.GcCommand;
import io.sexton.v1.Notice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * The comparison of the fold, with its schedule, parking and bounds, with a second implementation of the design that
 * has none of them: each tick of the oracle examines every file.
 *
 * <p>More seeds: {@code -Dsexton.seeds=100000}; one: {@code -Dsexton.seed=N}.
 */
final class FoldAgainstOracleTest {
    private static final long SEEDS = Long.getLong("sexton.seeds", 1_000);

    @Test
    void decidesAsTheOracle() {
        Long one = Long.getLong("sexton.seed");
        LongStream seeds = one == null ? LongStream.range(0, SEEDS) : LongStream.of(one);
        seeds.forEach(seed -> {
            List<LogRecord> log = RandomLogs.log(seed);
            if (!difference(log).isEmpty()) {
                List<LogRecord> shortest =
                        new Shrinker<LogRecord>(part -> !difference(part).isEmpty()).shrink(log);
                assertThat(difference(shortest))
                        .as("seed %d, shortest log that shows it:\n%s", seed, LogRecord.toJsonLines(shortest))
                        .isEmpty();
            }
        });
    }

    private static List<String> difference(List<LogRecord> log) {
        return Facts.difference("oracle", oracle(log), "fold", fold(log));
    }

    private static List<Fact> oracle(List<LogRecord> log) {
        NaiveFold oracle = new NaiveFold();
        List<Fact> facts = new ArrayList<>();
        log.forEach(record -> facts.addAll(oracle.apply(record)));
        return facts;
    }

    static List<Fact> fold(List<LogRecord> log) {
        List<Fact> facts = new ArrayList<>();
        Map<Integer, PartitionFold> folds = new HashMap<>();
        for (LogRecord record : log) {
            folds.computeIfAbsent(
                            record.partition(),
                            partition -> new PartitionFold(
                                    partition,
                                    new Stores(new MemoryStore(), new MemoryStore(), new MemoryStore()),
                                    Placement.UNCHECKED,
                                    output -> facts.addAll(factsOf(output))))
                    .apply(record.toFold());
        }
        return facts;
    }

    static List<Fact> factsOf(Output output) {
        return switch (output) {
            case Output.Emitted emitted ->
                emitted.message() instanceof GcCommand command
                        ? Facts.of(emitted.region().value(), command)
                        : Facts.of(emitted.region().value(), (Notice) emitted.message());
            case Output.DeadLetter letter -> List.of(new Fact.DeadLetter());
            case Output.ClockDisagreement disagreement -> List.of();
        };
    }
}
