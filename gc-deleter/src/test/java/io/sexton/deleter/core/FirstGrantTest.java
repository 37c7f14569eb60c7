package io.sexton.deleter.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.v1.DeletionReport;
import io.sexton.v1.Disposition;
import io.sexton.v1.Outcome;
import io.sexton.v1.RevokeCommand;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A report means that no delete is under way any more. Another deleter, which had the partition before and does not know
 * that it lost it, may be at work as long as its lock lasts; so nothing is reported before a lock of our own was granted.
 */
final class FirstGrantTest {

    private final LoneRegion region = new LoneRegion(10);

    @Test
    void aRevokedFileIsReportedOnceTheLockWasGranted() {
        region.read(JoinedCommandsTest.command("1", "a"));
        region.read(
                RevokeCommand.newBuilder().setRegion(LoneRegion.REGION.value()).addPaths("a"));

        assertThat(region.reports()).isEmpty();
        assertThat(region.asksForItsLock()).isTrue();
        region.grantAndPass();

        region.finish(region.onlyCall());

        assertThat(outcomes()).containsExactly(Outcome.REVOKED);
        assertThat(region.reports().getFirst().getLockToken()).isEqualTo(LoneRegion.TOKEN);
    }

    @Test
    void whatNeedsNoCallIsReportedOnceTheLockWasGrantedWithoutAFence() {
        region.read(JoinedCommandsTest.command("1", "a").setDisposition(Disposition.DRY_RUN));
        region.read(
                RevokeCommand.newBuilder().setRegion(LoneRegion.REGION.value()).addPaths("a"));

        assertThat(region.reports()).isEmpty();
        region.grantAndPass();

        assertThat(outcomes()).containsExactly(Outcome.REVOKED);
        assertThat(region.fences()).isZero();
        assertThat(region.locksReleased()).isEqualTo(1);
    }

    @Test
    void asksAgainForALockThatIsRefused() {
        region.read(JoinedCommandsTest.command("1", "a"));
        region.refuse();

        assertThat(region.asksForItsLock()).isFalse();
        region.pass(Duration.ofSeconds(1));
        assertThat(region.asksForItsLock()).isTrue();
        assertThat(region.reports()).isEmpty();
        region.grantAndPass();
        region.finish(region.onlyCall());

        assertThat(outcomes()).containsExactly(Outcome.DELETED);
    }

    @Test
    void asksAgainForALockThatDoesNotCome() {
        region.read(JoinedCommandsTest.command("1", "a"));
        region.pass(DeleterSettings.DEFAULTS.lockWait());
        region.pass(Duration.ofSeconds(1));

        assertThat(region.locksAsked()).isEqualTo(2);
        assertThat(region.locksReleased()).isEqualTo(1);
        assertThat(region.reports()).isEmpty();
    }

    @Test
    void afterTheFirstGrantALockThatIsRefusedForTheWholeWaitMakesTheFilesRetryable() {
        yieldsWithWorkLeft();
        Duration waited = Duration.ZERO;
        while (waited.compareTo(DeleterSettings.DEFAULTS.lockWait()) < 0) {
            if (region.asksForItsLock()) {
                region.refuse();
            }
            region.pass(Duration.ofSeconds(1));
            waited = waited.plusSeconds(1);
        }
        if (region.asksForItsLock()) {
            region.refuse();
        }

        assertThat(outcomes()).containsExactly(Outcome.DELETED, Outcome.FAILED_RETRYABLE);
    }

    /** As where a request has overtaken the release before it: the lock is free as soon as that arrives. */
    @Test
    void aLockThatIsRefusedOnceIsAskedForAgainAndNothingIsReported() {
        yieldsWithWorkLeft();
        region.refuse();

        assertThat(outcomes()).containsExactly(Outcome.DELETED);
        region.pass(Duration.ofSeconds(1));
        assertThat(region.asksForItsLock()).isTrue();
        region.grantAndPass();
        region.finish(region.onlyCall());

        assertThat(outcomes()).containsExactly(Outcome.DELETED, Outcome.DELETED);
    }

    private void yieldsWithWorkLeft() {
        region.read(JoinedCommandsTest.command("1", "a"));
        region.grantAndPass();
        StorageCall call = region.onlyCall();
        region.read(JoinedCommandsTest.command("2", "b"));
        region.yieldRequested();
        region.finish(call);
    }

    private List<Outcome> outcomes() {
        return region.reports().stream()
                .map(DeletionReport::getOutcomesList)
                .map(files -> files.getFirst().getOutcome())
                .toList();
    }
}
