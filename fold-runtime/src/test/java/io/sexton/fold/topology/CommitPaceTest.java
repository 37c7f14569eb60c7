package io.sexton.fold.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class CommitPaceTest {

    private long now = 1;
    private final CommitPace pace = new CommitPace(() -> now);

    /** Lets a record come after a wait, and be processed for so long. */
    private boolean record(long waitMillis, long millis, boolean emitted) {
        now += TimeUnit.MILLISECONDS.toNanos(waitMillis + millis);
        return pace.processed(TimeUnit.MILLISECONDS.toNanos(millis), emitted);
    }

    @Test
    void commitsAtOnceWhatARecordEmitsThatComesAlone() {
        assertThat(record(0, 1, true)).isTrue();
        assertThat(record(1_000, 1, true)).isTrue();
    }

    @Test
    void commitsNothingForARecordWithoutOutputs() {
        assertThat(record(1_000, 1, false)).isFalse();
    }

    @Test
    void leavesTheOutputsOfRecordsInQuickSuccessionToOneCommit() {
        assertThat(record(1_000, 1, true)).isTrue();
        assertThat(record(5, 1, true)).isFalse();
        assertThat(record(5, 1, true)).isFalse();
        assertThat(record(10, 1, true)).isTrue();
    }

    @Test
    void leavesTheCommitToItsIntervalUnderLoad() {
        for (int i = 0; i < 1_000; i++) {
            boolean first = i == 0;
            assertThat(record(0, 1, true)).as("record %d", i).isEqualTo(first);
        }
        assertThat(record(1_000, 1, true)).as("after the load").isTrue();
    }

    /** Found by RegionsBenchmark: 5,000 fences, a millisecond apart, were each committed with a few others. */
    @Test
    void leavesTheCommitToItsIntervalWhileManyShortRecordsCome() {
        assertThat(record(1_000, 0, true)).isTrue();
        for (int i = 0; i < 1_000; i++) {
            assertThat(record(2, 0, true)).as("record %d", i).isFalse();
        }
        assertThat(record(1_000, 0, true)).as("after them").isTrue();
    }

    @Test
    void countsForEachThreadByItself() throws InterruptedException {
        assertThat(record(1_000, 1, true)).isTrue();
        AtomicBoolean other = new AtomicBoolean();
        Thread thread = new Thread(() -> other.set(pace.processed(1, true)));
        thread.start();
        thread.join();

        assertThat(other).isTrue();
    }
}
