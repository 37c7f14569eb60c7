package io.sexton.streams.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The quality of random logs: a comparison on them is only as good as their coverage. */
final class RandomLogsTest {

    private static final int SEEDS = 2_000;

    @Test
    void coversEveryRuleAndEveryCellOfTheTable() {
        Coverage coverage = new Coverage();
        for (long seed = 0; seed < SEEDS; seed++) {
            RandomLogs.log(seed, coverage);
        }
        assertThat(coverage.missing())
                .as("never met in %d random logs, which met%n%s", SEEDS, coverage)
                .isEmpty();
    }

    @Test
    void sameSeedGivesTheSameLog() {
        assertThat(LogRecord.toJsonLines(RandomLogs.log(7))).isEqualTo(LogRecord.toJsonLines(RandomLogs.log(7)));
    }

    @Test
    void oracleDecidesTheSameWhenTheLogIsFoldedAgain() {
        for (long seed = 0; seed < 50; seed++) {
            List<LogRecord> log = RandomLogs.log(seed);
            assertThat(fold(log)).as("seed %d", seed).isEqualTo(fold(log));
        }
    }

    private static List<Fact> fold(List<LogRecord> log) {
        NaiveFold fold = new NaiveFold();
        List<Fact> facts = new ArrayList<>();
        log.forEach(record -> facts.addAll(fold.apply(record)));
        return facts;
    }
}
