package io.sexton.streams.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.proto.LogRecord;
import io.sexton.testkit.SeededRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The determinism of the fold: the same log gives the same outputs and stored rows, regardless of restarts and of other
 * folds in the process (I8). EventsTopologyTest compares RocksDB and its caches with memory.
 */
final class DeterminismTest {
    private static final int SEEDS = 500;

    @Test
    void neitherRestartsNorOtherPartitionsChangeAByte() {
        for (long seed = 0; seed < SEEDS; seed++) {
            List<LogRecord> log = log(seed, 0);
            StoreDump straight = new StoreDump(0);
            log.forEach(straight::apply);
            StoreDump restarted = new StoreDump(0);
            StoreDump neighbour = new StoreDump(1);
            List<LogRecord> beside = log(seed + SEEDS, 1);
            SeededRandom random = new SeededRandom(seed);
            for (int i = 0; i < log.size(); i++) {
                if (random.nextInt(5) == 0) {
                    restarted.restart();
                }
                restarted.apply(log.get(i));
                if (i < beside.size()) {
                    neighbour.apply(beside.get(i));
                }
            }

            assertThat(restarted.outputs()).as("outputs of seed %d", seed).isEqualTo(straight.outputs());
            assertThat(restarted.state()).as("state of seed %d", seed).isEqualTo(straight.state());
        }
    }

    /** Returns a random log in one partition. */
    static List<LogRecord> log(long seed, int partition) {
        List<LogRecord> log = new ArrayList<>();
        for (var record : RandomLogs.log(seed)) {
            log.add(new LogRecord(
                    partition, log.size(), Instant.ofEpochMilli(record.appendTime()), record.key(), record.value()));
        }
        return log;
    }
}
