package io.sexton.deleter.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.v1.DeleteCommand;
import io.sexton.v1.DeletionReport;
import io.sexton.v1.FileOutcome;
import io.sexton.v1.Outcome;
import io.sexton.v1.RevokeCommand;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * REVOKED says that the file is there, and that no delete of it is under way. So it is looked at first, and said of the
 * first command for it alone, before another can have been sent: else a pin would be accepted on a file that goes.
 */
final class RevokedFilesTest {

    private final LoneRegion region = new LoneRegion(10);

    @Test
    void areLookedAtInTheCallThatTreatsTheOthers() {
        region.read(JoinedCommandsTest.command("1", "a", "b", "c"));
        revoke("a", "b");
        region.grantAndPass();

        assertThat(region.etagsOf(region.onlyCall())).containsExactly("1:a", "1:b", "1:c");
        assertThat(region.etagsOfRevoked(region.onlyCall())).containsExactly("1:a", "1:b");
        region.finish(
                region.onlyCall(),
                List.of(
                        FileResult.of(Outcome.ALREADY_ABSENT, "no such file"),
                        FileResult.of(Outcome.REVOKED, ""),
                        FileResult.of(Outcome.DELETED, "")));

        assertThat(lastOutcomes()).containsExactly(Outcome.ALREADY_ABSENT, Outcome.REVOKED, Outcome.DELETED);
    }

    @Test
    void ofACallThatDoesNotBeginAreLookedAtInstead() {
        region.read(JoinedCommandsTest.command("1", "a"));
        region.grantAndPass();
        StorageCall call = region.onlyCall();
        revoke("a");

        assertThat(region.mayStart(call)).isFalse();
        region.notStarted(call);

        StorageCall look = region.onlyCall();
        assertThat(region.etagsOfRevoked(look)).containsExactly("1:a");
        revoke("a");
        assertThat(region.mayStart(look))
                .as("a look at what is revoked once more")
                .isTrue();
    }

    /** Of its next command nothing is known here: it may have been sent, and not be revoked. */
    @Test
    void ofALaterCommandThanTheFirstAreToBeTriedAgain() {
        region.read(again("1", "a"));
        revoke("a");
        region.grantAndPass();
        region.finish(region.onlyCall());

        assertThat(lastOutcomes()).containsExactly(Outcome.FAILED_RETRYABLE);
    }

    @Test
    void ofALaterCommandThanTheFirstThatAreGoneAreSaidToBe() {
        region.read(again("1", "a"));
        revoke("a");
        region.grantAndPass();
        region.finish(region.onlyCall(), List.of(FileResult.of(Outcome.ALREADY_ABSENT, "no such file")));

        assertThat(lastOutcomes()).containsExactly(Outcome.ALREADY_ABSENT);
    }

    /** By then gc-streams may have sent another command for the file, which nobody has revoked. */
    @Test
    void areToBeTriedAgainWhereTheReportComesLate() {
        StorageCall before = callUnderTheFirstFence();
        region.read(JoinedCommandsTest.command("2", "b"));
        revoke("b");
        region.finish(before);
        region.pass(Duration.ofMinutes(31));
        region.finish(region.onlyCall());

        assertThat(lastOutcomes()).containsExactly(Outcome.FAILED_RETRYABLE);
    }

    /** However slow the clock is that fences tell of. */
    @Test
    void areToBeTriedAgainOnceALaterCommandHasBeenRead() {
        region.read(JoinedCommandsTest.command("1", "a"));
        revoke("a");
        region.grantAndPass();
        StorageCall look = region.onlyCall();
        region.readDecidedIn(Duration.ofHours(1), again("2", "a"));
        region.finish(look);

        assertThat(lastOutcomes()).containsExactly(Outcome.FAILED_RETRYABLE);
    }

    @Test
    void areToBeTriedAgainWhereALaterCommandHadBeenReadBeforeTheFencePassed() {
        region.read(JoinedCommandsTest.command("1", "a"));
        revoke("a");
        region.readDecidedIn(Duration.ofHours(1), again("2", "a"));
        region.grantAndPass();
        region.finish(region.onlyCall());

        assertThat(region.reports().getFirst().getCommandId()).isEqualTo("1");
        assertThat(region.reports().getFirst().getOutcomes(0).getOutcome()).isEqualTo(Outcome.FAILED_RETRYABLE);
    }

    @Test
    void areToBeTriedAgainWhereTheLockForTheLookIsNotToBeHad() {
        StorageCall before = callUnderTheFirstFence();
        region.read(JoinedCommandsTest.command("2", "b"));
        revoke("b");
        region.yieldRequested();
        region.finish(before);
        region.pass(DeleterSettings.DEFAULTS.lockWait());
        region.pass(Duration.ofSeconds(1));

        assertThat(lastOutcomes()).containsExactly(Outcome.FAILED_RETRYABLE);
    }

    private static DeleteCommand.Builder again(String id, String path) {
        DeleteCommand.Builder again = JoinedCommandsTest.command(id, path);
        again.getFilesBuilder(0).setAttempt(2);
        return again;
    }

    private StorageCall callUnderTheFirstFence() {
        region.read(JoinedCommandsTest.command("1", "a"));
        region.grantAndPass();
        return region.onlyCall();
    }

    private void revoke(String... paths) {
        region.read(
                RevokeCommand.newBuilder().setRegion(LoneRegion.REGION.value()).addAllPaths(List.of(paths)));
    }

    private List<Outcome> lastOutcomes() {
        DeletionReport last = region.reports().getLast();
        return last.getOutcomesList().stream().map(FileOutcome::getOutcome).toList();
    }
}
