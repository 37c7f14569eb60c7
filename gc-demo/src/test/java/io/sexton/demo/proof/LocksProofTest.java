package io.sexton.demo.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.demo.database.Locked;
import io.sexton.proto.RegionId;
import io.sexton.v1.LockEvent;
import io.sexton.v1.LockMode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LocksProofTest {

    @Test
    void holdsForLocksInSequenceAndDeletionsOutsideOfExclusiveOnes() {
        History history = new History()
                .lock(1, 1, granted(LockMode.UPDATE))
                .lock(2, 1, released())
                .lock(3, 2, granted(LockMode.EXCLUSIVE))
                .lock(5, 2, released())
                .lock(5, 3, granted(LockMode.UPDATE));

        assertThat(check(history, History.gone(1.5), History.gone(5.1)).violations())
                .isEmpty();
    }

    @Test
    void failsForLocksThatExcludeEachOtherAndOverlap() {
        History history = new History()
                .lock(1, 1, granted(LockMode.UPDATE))
                .lock(3, 2, granted(LockMode.EXCLUSIVE))
                .lock(5, 2, released());

        assertThat(check(history).violations()).singleElement().asString().contains("beside");
    }

    @Test
    void letsScansAndOneCollectionOverlap() {
        History history = new History()
                .lock(1, 1, granted(LockMode.UPDATE))
                .lock(1, 2, granted(LockMode.SHARED))
                .lock(1, 3, granted(LockMode.SHARED))
                .lock(2, 1, released())
                .lock(2, 2, released())
                .lock(2, 3, released())
                .lock(3, 4, granted(LockMode.EXCLUSIVE))
                .lock(4, 4, LockEvent.newBuilder().setExpired(LockEvent.Expired.getDefaultInstance()));

        assertThat(check(history).violations()).isEmpty();
    }

    @Test
    void failsForAFileThatWentUnderAnExclusiveLock() {
        History history = new History().lock(3, 2, granted(LockMode.EXCLUSIVE)).lock(5, 2, released());

        assertThat(check(history, History.gone(4)).violations())
                .singleElement()
                .asString()
                .contains("went at");
    }

    @Test
    void toleratesAFileThatIsMissedLongAfterTheGrantAndMayHaveGoneBeforeIt() {
        History history = new History().lock(3, 2, granted(LockMode.EXCLUSIVE)).lock(5, 2, released());
        Deletion seenLate = new Deletion(History.gone(4).name(), 10, History.at(2.9), History.at(4));

        assertThat(check(history, seenLate).violations()).isEmpty();
    }

    @Test
    void failsUnderFaultsForAFileDeletedWhileTheHolderCountedOnItsLock() {
        History history = new History().lock(3, 2, granted(LockMode.EXCLUSIVE)).lock(5, 2, released());
        Conditions faults = new Conditions(true, Duration.ofSeconds(30));
        List<Locked> sure = List.of(new Locked(RegionId.of(History.REGION), History.at(3), History.at(4), false));

        assertThat(new LocksProof(history.log(), List.of(History.gone(3.5)), sure, faults)
                        .check()
                        .violations())
                .singleElement()
                .asString()
                .contains("went at");
        assertThat(new LocksProof(history.log(), List.of(History.gone(4.5)), sure, faults)
                        .check()
                        .violations())
                .isEmpty();
    }

    @Test
    void failsWithoutAnyExclusiveLock() {
        assertThat(check(new History()).holds()).isFalse();
    }

    private static LockEvent.Builder granted(LockMode mode) {
        return LockEvent.newBuilder().setGranted(LockEvent.Granted.newBuilder().setMode(mode));
    }

    private static LockEvent.Builder released() {
        return LockEvent.newBuilder().setReleased(LockEvent.Released.getDefaultInstance());
    }

    private static Verdict check(History history, Deletion... deletions) {
        return new LocksProof(history.log(), List.of(deletions), List.of(), Conditions.NO_FAULTS).check();
    }
}
