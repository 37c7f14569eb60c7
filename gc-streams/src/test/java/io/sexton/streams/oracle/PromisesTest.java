package io.sexton.streams.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The check of the design's promises after every record of random logs: all facts, duplicates, gaps, stale epochs,
 * interleaved chunks, clocks that disagree. {@link FoldAgainstOracleTest} checks decisions against the rules; this
 * checks them against the purpose of the rules.
 *
 * <p>More seeds: {@code -Dsexton.seeds=100000}.
 */
final class PromisesTest {
    private static final long SEEDS = Long.getLong("sexton.seeds", 1_000);

    @Test
    void keepsEveryPromiseAfterEveryRecord() {
        int condemned = 0;
        int pinned = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            List<LogRecord> log = RandomLogs.log(seed);
            Witness witness = new Witness(log.get(0).partition());
            for (LogRecord record : log) {
                List<String> broken = witness.apply(record);
                assertThat(broken)
                        .as("seed %d, offset %d", seed, record.offset())
                        .isEmpty();
            }
            condemned += witness.condemnedFiles();
            pinned += witness.pinsThatMattered();
        }
        assertThat(condemned).as("files condemned").isGreaterThan((int) SEEDS);
        assertThat(pinned).as("pins of files that were garbage").isGreaterThan((int) SEEDS / 10);
    }
}
