package io.sexton.streams.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.streams.row.Allowance;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class GuardsTest {
    private static final Instant CLOCK = Given.TICK.time();

    private final Given given = new Given();

    @BeforeEach
    void allowHalfOfTenFilesInAnHour() {
        given.policy.setMaxCondemnedPercent(50).setApprovalFloor(0);
    }

    @Test
    void allowsAShareOfTheFilesCountedAtTheBeginningOfTheHour() {
        condemnedInThisHour(4);
        assertThat(allows()).isTrue();

        condemnedInThisHour(5);
        assertThat(allows()).isFalse();
    }

    @Test
    void beginsAnotherHourAfterAnHour() {
        condemnedInThisHour(5);
        given.row
                .getGuardBuilder()
                .setHourBeganMs(CLOCK.minus(Duration.ofHours(1)).toEpochMilli());

        assertThat(allows()).isTrue();
    }

    @Test
    void allowsTheFloorWhateverTheShare() {
        given.policy.setApprovalFloor(6);
        condemnedInThisHour(5);

        assertThat(allows()).isTrue();
    }

    @Test
    void countsLiveAndObsoleteFilesOfANewHour() {
        given.row.setLiveFiles(1).setObsoleteFiles(0);
        assertThat(allows()).isFalse();

        given.row.setObsoleteFiles(1);
        assertThat(allows()).isTrue();
    }

    @Test
    void allowanceIsUsableUpToItsEnd() {
        condemnedInThisHour(5);
        given.row
                .getGuardBuilder()
                .addAllowances(
                        Allowance.newBuilder().setUntilMs(CLOCK.toEpochMilli()).setFiles(1));
        assertThat(allows()).isTrue();

        given.row.getGuardBuilder().getAllowancesBuilder(0).setUntilMs(CLOCK.toEpochMilli() - 1);
        assertThat(allows()).isFalse();
    }

    @Test
    void latchOfTheGuardAllowsNothing() {
        given.row.getGuardBuilder().setLatched(true).setLatchOffset(7);

        assertThat(allows()).isFalse();
        assertThat(Guards.latchOffset(given.region)).isEqualTo(7);
    }

    @Test
    void latchOfASnapshotAllowsNothing() {
        given.row.getGuardBuilder().setLatchOffset(99); // of a latch that was lifted
        given.row.getSnapshotLatchBuilder().setLastOffset(8);

        assertThat(allows()).isFalse();
        assertThat(Guards.latchOffset(given.region)).isEqualTo(8);
    }

    private void condemnedInThisHour(long files) {
        given.row
                .getGuardBuilder()
                .setHourBeganMs(CLOCK.minus(Duration.ofMinutes(59)).toEpochMilli())
                .setCounted(10)
                .setCondemned(files);
    }

    private boolean allows() {
        return Guards.allows(given.region, given.policy(), CLOCK);
    }
}
