package io.sexton.locks.core;

import static io.sexton.v1.LockMode.EXCLUSIVE;
import static io.sexton.v1.LockMode.SHARED;
import static io.sexton.v1.LockMode.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.fold.core.Output;
import io.sexton.proto.Times;
import io.sexton.v1.LockEvent;
import io.sexton.v1.LockMode;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LockFoldTest {
    private final LockLog log = new LockLog();

    // Compatibility of modes.

    @ParameterizedTest
    @CsvSource({
        "SHARED,    SHARED,    true",
        "SHARED,    UPDATE,    true",
        "SHARED,    EXCLUSIVE, false",
        "UPDATE,    SHARED,    true",
        "UPDATE,    UPDATE,    false",
        "UPDATE,    EXCLUSIVE, false",
        "EXCLUSIVE, SHARED,    false",
        "EXCLUSIVE, UPDATE,    false",
        "EXCLUSIVE, EXCLUSIVE, false"
    })
    void grantsBesideAHolderOnlyACompatibleMode(LockMode held, LockMode requested, boolean granted) {
        assertThat(log.acquire("a", "1", held)).containsExactly("granted 0 to a/1 " + held);

        assertThat(log.acquire("b", "1", requested).get(0))
                .isEqualTo(granted ? "granted 1 to b/1 " + requested : "queued 1 to b/1 behind 0");
    }

    @Test
    void locksOfDifferentRegionsAreIndependent() {
        log.acquire("a", "1", EXCLUSIVE);

        assertThat(log.in("r2").acquire("b", "1", EXCLUSIVE)).containsExactly("granted 1 to b/1 EXCLUSIVE");
    }

    @Test
    void tokenIsTheOffsetOfTheRequest() {
        log.tick();
        log.tick();

        assertThat(log.acquire("a", "1", SHARED)).containsExactly("granted 2 to a/1 SHARED");
    }

    // The queue.

    @Test
    void grantsWaitersInTheOrderOfTheirRequests() {
        log.acquire("a", "1", EXCLUSIVE);
        assertThat(log.acquire("b", "1", UPDATE)).containsExactly("queued 1 to b/1 behind 0");
        assertThat(log.acquire("c", "1", UPDATE)).containsExactly("queued 2 to c/1 behind 1");
        assertThat(log.acquire("d", "1", SHARED)).containsExactly("queued 3 to d/1 behind 2");

        assertThat(log.release("a", "2", 0))
                .containsExactly(
                        "released 0 to a/2", "granted 1 to b/1 UPDATE", "yield_requested 1 to b/1 for c's work");
        assertThat(log.release("b", "2", 1))
                .containsExactly("released 1 to b/2", "granted 2 to c/1 UPDATE", "granted 3 to d/1 SHARED");
    }

    @Test
    void waitingExclusiveStopsNewGrantsAndRequestsYieldOnceFromEachHolder() {
        log.acquire("a", "1", SHARED);
        log.acquire("b", "1", UPDATE);

        assertThat(log.acquire("x", "1", EXCLUSIVE))
                .containsExactly(
                        "queued 2 to x/1 behind 0",
                        "yield_requested 0 to a/1 for x's work",
                        "yield_requested 1 to b/1 for x's work");
        assertThat(log.acquire("c", "1", SHARED)).containsExactly("queued 3 to c/1 behind 1");
        assertThat(log.acquire("x", "1", EXCLUSIVE)).containsExactly("queued 2 to x/1 behind 0");

        assertThat(log.release("a", "2", 0)).containsExactly("released 0 to a/2");
        assertThat(log.release("b", "2", 1)).containsExactly("released 1 to b/2", "granted 2 to x/1 EXCLUSIVE");
        assertThat(log.release("x", "2", 2)).containsExactly("released 2 to x/2", "granted 3 to c/1 SHARED");
    }

    @Test
    void twoDeletersAlternateBecauseEachIsRequestedToYield() {
        log.acquire("a", "1", UPDATE);
        assertThat(log.acquire("b", "1", UPDATE))
                .containsExactly("queued 1 to b/1 behind 0", "yield_requested 0 to a/1 for b's work");

        assertThat(log.release("a", "2", 0)).containsExactly("released 0 to a/2", "granted 1 to b/1 UPDATE");
        assertThat(log.acquire("a", "3", UPDATE))
                .containsExactly("queued 3 to a/3 behind 0", "yield_requested 1 to b/1 for a's work");
    }

    @Test
    void neitherScanNorDeleterRequestsYieldFromAMigration() {
        log.acquire("x", "1", EXCLUSIVE);

        assertThat(log.acquire("a", "1", SHARED)).containsExactly("queued 1 to a/1 behind 0");
        assertThat(log.acquire("b", "1", UPDATE)).containsExactly("queued 2 to b/1 behind 1");
    }

    @Test
    void waitingDeleterRequestsNoYieldFromScans() {
        log.acquire("a", "1", SHARED);
        log.acquire("b", "1", UPDATE);

        assertThat(log.acquire("c", "1", UPDATE))
                .containsExactly("queued 2 to c/1 behind 0", "yield_requested 1 to b/1 for c's work");
    }

    @Test
    void waiterThatLeavesTheQueueUnblocksTheNextOnes() {
        log.acquire("a", "1", SHARED);
        log.acquire("x", "1", EXCLUSIVE);
        log.acquire("b", "1", SHARED);
        log.acquire("c", "1", UPDATE);

        assertThat(log.release("x", "2", 1))
                .containsExactly("released 1 to x/2", "granted 2 to b/1 SHARED", "granted 3 to c/1 UPDATE");
    }

    @Test
    void requestWithoutMaxWaitIsGrantedAtOnceOrRejected() {
        assertThat(log.acquire("a", "1", UPDATE, 10, 0)).containsExactly("granted 0 to a/1 UPDATE");
        assertThat(log.acquire("b", "1", UPDATE, 10, 0))
                .containsExactly("rejected 1 to b/1: it would have to wait, and max_wait is zero");
        assertThat(log.acquire("c", "1", SHARED, 10, 0)).containsExactly("granted 2 to c/1 SHARED");
    }

    // An owner with several claims.

    @Test
    void ownerMayHoldSeveralCompatibleClaims() {
        log.acquire("a", "gc", UPDATE);

        assertThat(log.acquire("a", "scan", SHARED)).containsExactly("granted 1 to a/scan SHARED");
        assertThat(log.release("a", "1", 0)).containsExactly("released 0 to a/1");
        assertThat(log.acquire("x", "1", EXCLUSIVE).get(1)).isEqualTo("yield_requested 1 to a/scan for x's work");
    }

    @Test
    void ownerNeverWaitsForItself() {
        log.acquire("a", "1", SHARED);

        assertThat(log.acquire("a", "2", EXCLUSIVE))
                .containsExactly("rejected 1 to a/2: it would have to wait, while its owner has token 0 already;"
                        + " release that first");
    }

    @Test
    void ownerWithAClaimDoesNotWaitForAnotherOneEither() {
        log.acquire("a", "1", SHARED);
        log.acquire("x", "1", EXCLUSIVE);

        assertThat(log.acquire("a", "2", SHARED).get(0)).startsWith("rejected 2 to a/2: it would have to wait");
        assertThat(log.acquire("x", "2", SHARED).get(0)).contains("while its owner has token 1 already");
    }

    // Leases.

    @Test
    void leaseIsCountedFromTheFirstTickAfterTheGrantAndEndsStrictlyAfterItsLength() {
        log.at(0).tick();
        log.at(1).acquire("a", "1", UPDATE, 10, 0);
        log.at(60).tick();

        assertThat(log.at(70).tick()).isEmpty();
        assertThat(log.at(70.001).tick()).containsExactly("expired 1 to a/1");
    }

    @Test
    void leaseGrantedByATickIsCountedFromTheNextTick() {
        log.at(0).acquire("a", "1", UPDATE, 10, 0);
        log.acquire("b", "1", UPDATE, 10, 3600);
        log.tick();

        assertThat(log.at(11).tick()).containsExactly("expired 0 to a/1", "granted 1 to b/1 UPDATE");
        assertThat(log.at(21.5).tick()).isEmpty();
        assertThat(log.at(31.5).tick()).isEmpty();
        assertThat(log.at(31.501).tick()).containsExactly("expired 1 to b/1");
    }

    @Test
    void tickThatDoesNotAgreeNeitherCountsNorEndsALease() {
        log.at(0).acquire("a", "1", UPDATE, 10, 0);
        assertThat(log.tick(LockLog.START.plusSeconds(301))).containsExactly("clocks disagree");
        log.at(5).tick();

        assertThat(log.at(20).tick(LockLog.START.plusSeconds(321))).containsExactly("clocks disagree");
        assertThat(log.at(14).tick()).isEmpty();
        assertThat(log.at(40).tick()).containsExactly("expired 0 to a/1");
    }

    @Test
    void renewalBeginsTheLeaseAgainAtTheNextTick() {
        log.at(0).acquire("a", "1", UPDATE, 10, 0);
        log.tick();
        assertThat(log.at(9).renew("a", "2", 0)).containsExactly("renewed 0 to a/2");
        assertThat(log.at(11).tick()).isEmpty();
        log.at(12).tick();

        assertThat(log.at(21).tick()).isEmpty();
        assertThat(log.at(21.001).tick()).containsExactly("expired 0 to a/1");
    }

    @Test
    void renewalIsAcceptedUntilATickHasEndedTheLease() {
        log.at(0).acquire("a", "1", UPDATE, 10, 0);
        log.tick();

        assertThat(log.at(50).renew("a", "2", 0)).containsExactly("renewed 0 to a/2");
        assertThat(log.at(51).tick()).isEmpty();
    }

    @Test
    void renewalIsRejectedUnlessTheHolderNamesItsToken() {
        log.acquire("a", "1", UPDATE);
        log.acquire("b", "1", UPDATE);

        assertThat(log.renew("b", "2", 0)).containsExactly("rejected 0 to b/2: this token is another owner's");
        assertThat(log.renew("b", "3", 1)).containsExactly("rejected 1 to b/3: this token still waits");
        assertThat(log.renew("b", "4", 99))
                .containsExactly("rejected 99 to b/4: this token holds nothing, or no longer");
        log.release("a", "2", 0);
        assertThat(log.renew("a", "3", 0)).containsExactly("rejected 0 to a/3: this token holds nothing, or no longer");
    }

    @Test
    void expiredTokenCannotBeRenewed() {
        log.at(0).acquire("a", "1", UPDATE, 10, 0);
        log.tick();
        log.at(11).tick();

        assertThat(log.renew("a", "2", 0)).containsExactly("rejected 0 to a/2: this token holds nothing, or no longer");
    }

    @Test
    void leaseMustBeAboveZeroAndAtMostAnHour() {
        assertThat(log.acquire("a", "1", SHARED, 0, 0)).containsExactly("rejected 0 to a/1: the lease is zero");
        assertThat(log.acquire("a", "2", SHARED, 3600.001, 0))
                .containsExactly("rejected 1 to a/2: the lease is longer than 3600 s");
        assertThat(log.acquire("a", "3", SHARED, 3600, 0)).containsExactly("granted 2 to a/3 SHARED");
        assertThat(log.acquire("a", "4", SHARED, 0.001, 0)).containsExactly("granted 3 to a/4 SHARED");
    }

    @Test
    void eventsCarryTheEstimatedEndOfTheLease() {
        log.at(3).acquire("a", "1", UPDATE, 10, 0);
        assertThat(lastEvent().getGranted().getLeaseUntil()).isEqualTo(Times.toProto(LockLog.START.plusSeconds(13)));

        log.at(5).renew("a", "2", 0);
        assertThat(lastEvent().getRenewed().getLeaseUntil()).isEqualTo(Times.toProto(LockLog.START.plusSeconds(15)));

        // The clock is ahead of the broker that leads now.
        log.at(8).tick();
        log.at(6).renew("a", "3", 0);
        assertThat(lastEvent().getRenewed().getLeaseUntil()).isEqualTo(Times.toProto(LockLog.START.plusSeconds(18)));
    }

    @Test
    void eventsNameTheirRegion() {
        log.in("r2").acquire("a", "1", UPDATE);

        assertThat(lastEvent().getRegion()).isEqualTo("r2");
    }

    // Waiting.

    @Test
    void waiterIsRejectedAfterItsMaxWait() {
        log.at(0).acquire("a", "1", UPDATE, 100, 0);
        log.acquire("b", "1", UPDATE, 10, 5);
        log.at(1).tick();

        assertThat(log.at(6).tick()).isEmpty();
        assertThat(log.at(6.001).tick()).containsExactly("rejected 1 to b/1: it has waited for longer than max_wait");
    }

    @Test
    void claimsThatEndAtOneTickEndInTheOrderOfTheirDeadlines() {
        log.at(0).acquire("a", "1", UPDATE, 5, 0);
        log.acquire("b", "1", UPDATE, 10, 6);
        log.acquire("c", "1", UPDATE, 10, 4);
        log.tick();

        assertThat(log.at(20).tick())
                .containsExactly(
                        "rejected 2 to c/1: it has waited for longer than max_wait",
                        "expired 0 to a/1",
                        "granted 1 to b/1 UPDATE");
    }

    @Test
    void waiterThatTimesOutUnblocksTheNextOnes() {
        log.at(0).acquire("a", "1", SHARED, 100, 0);
        log.acquire("x", "1", EXCLUSIVE, 10, 5);
        log.acquire("b", "1", SHARED, 10, 50);
        log.tick();

        assertThat(log.at(6).tick())
                .containsExactly(
                        "rejected 1 to x/1: it has waited for longer than max_wait", "granted 2 to b/1 SHARED");
    }

    // Releases.

    @Test
    void releaseMayBeRepeated() {
        log.acquire("a", "1", UPDATE);

        assertThat(log.release("a", "2", 0)).containsExactly("released 0 to a/2");
        assertThat(log.release("a", "2", 0)).containsExactly("released 0 to a/2");
    }

    @Test
    void onlyTheOwnerReleases() {
        log.acquire("a", "1", UPDATE);

        assertThat(log.release("b", "1", 0)).containsExactly("rejected 0 to b/1: this token is another owner's");
        assertThat(log.renew("a", "2", 0)).containsExactly("renewed 0 to a/2");
    }

    @Test
    void tokenAboveTheOffsetOfTheReleaseIsRejected() {
        assertThat(log.release("a", "1", 0)).containsExactly("rejected 0 to a/1: there is no such token yet");
        assertThat(log.release("a", "2", -1))
                .containsExactly("rejected 18446744073709551615 to a/2: there is no such token yet");
    }

    // Repeated requests.

    @Test
    void repeatedRequestIsGrantedOnceAndAnsweredAgain() {
        log.acquire("a", "1", UPDATE);

        assertThat(log.acquire("a", "1", UPDATE)).containsExactly("granted 0 to a/1 UPDATE");
        log.release("a", "2", 0);
        assertThat(log.acquire("b", "1", EXCLUSIVE)).containsExactly("granted 3 to b/1 EXCLUSIVE");
    }

    @Test
    void repeatOfAGrantedRequestBeginsTheLeaseAgainBecauseTheClientMayCountFromIt() {
        log.at(0).acquire("a", "1", UPDATE, 10, 0);
        log.tick();
        log.at(9).acquire("a", "1", UPDATE, 10, 0);
        log.at(11).tick();

        assertThat(log.at(21).tick()).isEmpty();
        assertThat(log.at(21.001).tick()).containsExactly("expired 0 to a/1");
    }

    @Test
    void repeatOfAWaitingRequestKeepsItsPlaceAndItsDeadline() {
        log.at(0).acquire("a", "1", UPDATE, 100, 0);
        log.acquire("b", "1", UPDATE, 10, 5);
        log.acquire("c", "1", UPDATE, 10, 50);
        log.tick();

        assertThat(log.at(4).acquire("c", "1", UPDATE, 10, 50)).containsExactly("queued 2 to c/1 behind 1");
        assertThat(log.acquire("b", "1", UPDATE, 10, 5)).containsExactly("queued 1 to b/1 behind 0");
        assertThat(log.at(5.001).tick()).containsExactly("rejected 1 to b/1: it has waited for longer than max_wait");
    }

    @Test
    void repeatChangesNothingOfTheFirstRequest() {
        log.acquire("a", "1", SHARED);

        assertThat(log.acquire("a", "1", EXCLUSIVE)).containsExactly("granted 0 to a/1 SHARED");
        assertThat(log.acquire("b", "1", SHARED)).containsExactly("granted 2 to b/1 SHARED");
    }

    @Test
    void endedRequestIsNeverGrantedAgain() {
        log.at(0).acquire("a", "1", UPDATE, 10, 0);
        log.release("a", "2", 0);
        assertThat(log.acquire("a", "1", UPDATE, 10, 0)).containsExactly("released 0 to a/1");

        log.acquire("b", "1", UPDATE, 10, 0);
        assertThat(log.acquire("c", "1", UPDATE, 10, 0).get(0)).startsWith("rejected 4 to c/1");
        log.tick();
        log.at(11).tick();
        assertThat(log.acquire("b", "1", UPDATE, 10, 0)).containsExactly("expired 3 to b/1");
        assertThat(log.acquire("c", "1", UPDATE, 10, 0))
                .containsExactly("rejected 4 to c/1: it would have to wait, and max_wait is zero");
    }

    @Test
    void endingOfARequestIsKeptForAQuarterOfAnHour() {
        log.at(30).acquire("a", "1", UPDATE, 10, 0);
        log.release("a", "2", 0);
        log.at(31).tick();

        log.at(959.999).tick();
        assertThat(log.acquire("a", "1", UPDATE, 10, 0)).containsExactly("released 0 to a/1");
        log.at(960).tick();
        assertThat(log.acquire("a", "1", UPDATE, 10, 0).get(0)).startsWith("granted");
    }

    @Test
    void requestIdsOfDifferentOwnersAndRegionsAreDifferent() {
        log.acquire("a", "1", SHARED);

        assertThat(log.acquire("b", "1", SHARED)).containsExactly("granted 1 to b/1 SHARED");
        assertThat(log.in("r2").acquire("a", "1", SHARED)).containsExactly("granted 2 to a/1 SHARED");
    }

    // Bounds.

    @Test
    void regionHasABoundedNumberOfClaims() {
        for (int i = 0; i < LockDecider.MAX_CLAIMS; i++) {
            assertThat(log.acquire("a" + i, "1", SHARED).get(0)).startsWith("granted");
        }

        assertThat(log.acquire("b", "1", SHARED))
                .containsExactly("rejected 256 to b/1: the region has 256 holders and waiters already");
        log.release("a7", "2", 7);
        assertThat(log.acquire("b", "2", SHARED)).containsExactly("granted 258 to b/2 SHARED");
    }

    @Test
    void leasesBeyondTheBoundOfATickEndAtTheNextOne() {
        for (int i = 0; i <= LockState.MAX_ENTRIES_PER_TICK; i++) {
            log.in("r" + i).acquire("a", "1", UPDATE, 10, 0);
        }
        log.tick();

        assertThat(log.at(11).tick()).hasSize(LockState.MAX_ENTRIES_PER_TICK);
        assertThat(log.fold().nextWork()).contains(LockLog.START.plusMillis(10_001));
        assertThat(log.tick()).hasSize(1);
    }

    // When ticks are needed.

    @Test
    void requestsTicksOnlyWhileSomethingCanEnd() {
        assertThat(log.fold().nextWork()).isEmpty();

        log.at(0).acquire("a", "1", UPDATE, 10, 0);
        assertThat(log.fold().nextWork()).contains(Instant.MIN);
        log.tick();
        assertThat(log.fold().nextWork()).contains(LockLog.START.plusMillis(10_001));
        log.at(10.001).tick();
        assertThat(log.fold().nextWork()).contains(LockLog.START.plusSeconds(16 * 60));
        log.at(16 * 60).tick();
        assertThat(log.fold().nextWork()).isEmpty();
    }

    @Test
    void releaseEndsTheNeedForTicksOfItsLease() {
        log.at(0).acquire("a", "1", UPDATE, 10, 0);
        log.release("a", "2", 0);
        assertThat(log.fold().nextWork()).contains(LockLog.START.plusSeconds(15 * 60));

        log.acquire("a", "3", UPDATE, 10, 0);
        log.tick();
        log.release("a", "4", 2);
        assertThat(log.fold().nextWork()).contains(LockLog.START.plusSeconds(15 * 60));
    }

    @Test
    void allStateIsInTheStore() {
        log.at(0).acquire("a", "1", UPDATE, 10, 0);
        log.tick();
        log.restart().acquire("b", "1", UPDATE, 10, 3600);

        assertThat(log.restart().fold().nextWork()).contains(Instant.MIN);
        log.at(1).tick();
        assertThat(log.restart().fold().nextWork()).contains(LockLog.START.plusMillis(10_001));
        assertThat(log.restart().at(10.001).tick()).containsExactly("expired 0 to a/1", "granted 2 to b/1 UPDATE");
        assertThat(log.restart().acquire("a", "1", UPDATE)).containsExactly("expired 0 to a/1");
    }

    private LockEvent lastEvent() {
        return log.lastOutputs().get(0) instanceof Output.Emitted emitted
                ? (LockEvent) emitted.message()
                : LockEvent.getDefaultInstance();
    }
}
