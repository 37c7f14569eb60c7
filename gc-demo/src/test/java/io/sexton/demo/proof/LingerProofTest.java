package io.sexton.demo.proof;

import static io.sexton.demo.proof.History.FILE;
import static io.sexton.demo.proof.History.LINGER;
import static io.sexton.demo.proof.History.gone;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import io.sexton.proto.FilePath;
import io.sexton.proto.Times;
import io.sexton.v1.CompactionStarted;
import io.sexton.v1.FileRef;
import io.sexton.v1.Inventory;
import io.sexton.v1.Reason;
import io.sexton.v1.RegionEvent;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LingerProofTest {

    @Test
    void holdsForAFileThatLingeredAndWentAfterItsCommand() {
        History history = new History().removes(1, FILE).condemns(Reason.OBSOLETE, 1, 1 + LINGER, 0);

        assertThat(check(history, gone(5)).violations()).isEmpty();
    }

    @Test
    void failsForAFileThatWasDecidedTooEarly() {
        History history = new History().removes(1, FILE).condemns(Reason.OBSOLETE, 1, 0.9 + LINGER, 0);

        assertThat(check(history, gone(5)).violations())
                .singleElement()
                .asString()
                .contains("was decided");
    }

    @Test
    void failsForASinceThatTheLogDoesNotBearOut() {
        History history = new History().removes(1, FILE).condemns(Reason.OBSOLETE, 0.5, 1 + LINGER, 0);

        assertThat(check(history, gone(5)).violations())
                .singleElement()
                .asString()
                .contains("it is so only since");
    }

    @Test
    void failsForEvidenceThatIsAboutAnotherFile() {
        History history =
                new History().removes(1, FilePath.of("other.sst")).condemns(Reason.OBSOLETE, 1, 1 + LINGER, 0);

        assertThat(check(history, gone(5)).violations())
                .singleElement()
                .asString()
                .contains("no evidence");
    }

    @Test
    void failsForEvidenceOfAnotherReason() {
        History history = new History().removes(1, FILE).condemns(Reason.TEMPORARY, 1, 1 + LINGER, 0);

        assertThat(check(history, gone(5)).violations())
                .singleElement()
                .asString()
                .contains("no evidence");
    }

    @Test
    void failsForAFileThatWentWithoutACommand() {
        assertThat(check(new History().removes(1, FILE), gone(5)).violations())
                .singleElement()
                .asString()
                .contains("without any command");
    }

    @Test
    void failsForAFileThatCameBackAndWentAgainWithoutAnotherCommand() {
        History history = new History().removes(1, FILE).condemns(Reason.OBSOLETE, 1, 1 + LINGER, 0);

        assertThat(check(history, gone(5), gone(20)).violations())
                .singleElement()
                .asString()
                .contains("without any command");
    }

    @Test
    void holdsForAFileThatWasWrittenAgainAndCondemnedWithOtherEvidence() {
        History history = new History()
                .removes(1, FILE)
                .condemns(Reason.OBSOLETE, 1, 1 + LINGER, 0)
                .condemns(Reason.OBSOLETE, 1, 2 + LINGER, 0);
        long again = history.nextOffset();
        history.removes(10, FILE).condemns(Reason.OBSOLETE, 10, 10 + LINGER, again);

        assertThat(check(history, gone(5), gone(14)).violations()).isEmpty();
        assertThat(check(history, gone(5), gone(12)).violations())
                .as("while it still lingered")
                .isNotEmpty();
    }

    @Test
    void countsTheAgeOfAFileFromTheTimeInAnInventory() {
        RegionEvent.Builder inventory = RegionEvent.newBuilder()
                .setInventory(Inventory.newBuilder()
                        .addFiles(FileRef.newBuilder()
                                .setPath(FILE.value())
                                .setModifiedAt(Times.toProto(History.at(1)))));

        History right = new History().event(2, inventory.clone()).condemns(Reason.EXPIRED, 1, 1 + LINGER, 0);
        History early = new History().event(2, inventory.clone()).condemns(Reason.EXPIRED, 0.5, 0.5 + LINGER, 0);

        assertThat(check(right, gone(5)).violations()).isEmpty();
        assertThat(check(early, gone(5)).violations()).isNotEmpty();
    }

    @Test
    void failsForAFileThatWentBeforeItsCommand() {
        History history = new History().removes(1, FILE).condemns(Reason.OBSOLETE, 1, 5, 0);

        assertThat(check(history, gone(4.5)).violations())
                .singleElement()
                .asString()
                .contains("its command was logged only");
    }

    @Test
    void failsWithoutAnyDeletion() {
        Verdict verdict = new LingerProof(
                        new History().log(), new History().condemnations(), List.of(), Conditions.NO_FAULTS)
                .check();

        assertThat(verdict.holds()).isFalse();
    }

    @Test
    void countsTheFilesOfADeadCompactionFromItsTimeout() {
        History right = timedOut(0).condemns(Reason.TEMPORARY, 4, 4 + LINGER, 3);
        History early = timedOut(0).condemns(Reason.TEMPORARY, 2.5, 2.5 + LINGER, 3);

        assertThat(check(right, gone(8)).violations()).isEmpty();
        assertThat(check(early, gone(8)).violations())
                .singleElement()
                .asString()
                .contains("it is so only since");
    }

    @Test
    void failsForACompactionThatATickEndedBeforeItsTimeout() {
        History history = new History()
                .tick(0, 0)
                .event(1, started())
                .tick(2.5, 2.5)
                .tick(4, 4)
                .condemns(Reason.TEMPORARY, 4, 4 + LINGER, 3);

        assertThat(check(history, gone(8)).violations())
                .singleElement()
                .asString()
                .contains("it is so only since");
    }

    @Test
    void countsByTheClockOfTheLogWhereThatIsBehind() {
        // Ten seconds behind at first, the clock then advances by five quarters of the seconds between the ticks.
        double ended = -10 + 4 * 1.25;
        History right = timedOut(-10).condemns(Reason.TEMPORARY, ended, ended + LINGER, 3);
        History early = timedOut(-10).condemns(Reason.TEMPORARY, ended - 1, ended + LINGER, 3);

        assertThat(check(right, gone(8)).violations()).isEmpty();
        assertThat(check(early, gone(8)).violations()).isNotEmpty();
        assertThat(check(right, gone(6)).violations())
                .as("four fifths of the linger after the tick")
                .isNotEmpty();
    }

    @Test
    void comparesTrueTimeWithTheTimeoutForAnyClockOfTheLog() {
        RegionEvent.Builder slow = started();
        slow.getCompactionStartedBuilder().setTimeout(Duration.newBuilder().setSeconds(20));
        // Stamped 20 seconds after the tick that follows it: either the broker was ahead, or the clock of the log was.
        History history = new History()
                .tick(9, 9)
                .event(30, slow)
                .tick(11, 11)
                .tick(32, 32)
                .condemns(Reason.TEMPORARY, 32, 32 + LINGER, 3);
        Conditions brokersAhead = new Conditions(true, java.time.Duration.ofSeconds(20));

        assertThat(check(history, gone(40)).violations())
                .singleElement()
                .asString()
                .contains("less than");
        assertThat(check(history, brokersAhead, gone(40)).violations()).isEmpty();
    }

    /** Adds a compaction of {@link History#FILE} with a time-out of two seconds, ended by the tick at offset 3. */
    private static History timedOut(double wallOfFirstTick) {
        return new History()
                .tick(0, wallOfFirstTick)
                .event(1, started())
                .tick(1, 1)
                .tick(4, 4);
    }

    private static RegionEvent.Builder started() {
        return RegionEvent.newBuilder()
                .setCompactionStarted(CompactionStarted.newBuilder()
                        .addTempFiles(FILE.value())
                        .setTimeout(Duration.newBuilder().setSeconds(2)));
    }

    private static Verdict check(History history, Deletion... deletions) {
        return check(history, Conditions.NO_FAULTS, deletions);
    }

    private static Verdict check(History history, Conditions conditions, Deletion... deletions) {
        return new LingerProof(history.log(), history.condemnations(), List.of(deletions), conditions).check();
    }
}
