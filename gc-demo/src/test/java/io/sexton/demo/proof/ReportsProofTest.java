package io.sexton.demo.proof;

import static io.sexton.demo.proof.History.FILE;
import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.proto.FilePath;
import io.sexton.v1.Disposition;
import io.sexton.v1.Outcome;
import io.sexton.v1.Reason;
import org.junit.jupiter.api.Test;

final class ReportsProofTest {

    @Test
    void holdsWhereEveryCondemnedFileIsReportedDeleted() {
        History history = condemned();
        history.reports(5, history.lastCommandId(), FILE, Outcome.DELETED);

        assertThat(check(history).violations()).isEmpty();
        assertThat(proof(history).unreported()).isZero();
    }

    @Test
    void failsForACondemnedFileWithoutAReport() {
        assertThat(check(condemned()).violations()).singleElement().asString().contains("no report");
        assertThat(proof(condemned()).unreported()).isOne();
    }

    @Test
    void failsForAReportOfAnotherCommand() {
        History history = condemned();
        history.reports(5, "0-99-0", FILE, Outcome.DELETED);

        assertThat(check(history).violations()).hasSize(2);
    }

    @Test
    void failsForAFileThatTheCommandDoesNotName() {
        History history = condemned();
        history.reports(5, history.lastCommandId(), FILE, Outcome.DELETED);
        history.reports(5, history.lastCommandId(), FilePath.of("other.sst"), Outcome.DELETED);

        assertThat(check(history).violations()).singleElement().asString().contains("does not name it");
    }

    @Test
    void failsForAFileThatWasNotDeleted() {
        History history = condemned();
        history.reports(5, history.lastCommandId(), FILE, Outcome.CHANGED);

        assertThat(check(history).violations()).singleElement().asString().contains("CHANGED");
    }

    @Test
    void failsForADeletedFileThatThePolicyKeepsInTheTrash() {
        History history = condemned();
        history.reports(5, history.lastCommandId(), FILE, Outcome.DELETED);
        Condemnations trashing = history.condemnations(
                History.POLICY.toBuilder().setDisposition(Disposition.TRASH).build());

        assertThat(new ReportsProof(history.log(), trashing).check().violations())
                .singleElement()
                .asString()
                .contains("ended as DELETED");
    }

    @Test
    void takesTheLastOutcomeOfAFileThatWasReportedTwice() {
        History history = condemned();
        history.reports(5, history.lastCommandId(), FILE, Outcome.FAILED_RETRYABLE);
        history.reports(6, history.lastCommandId(), FILE, Outcome.ALREADY_ABSENT);

        assertThat(check(history).violations()).isEmpty();
    }

    @Test
    void toleratesWhatWasOrderedOnceMoreAndDone() {
        History history = condemned();
        history.reports(5, history.lastCommandId(), FILE, Outcome.FAILED_RETRYABLE);
        assertThat(check(history).violations()).singleElement().asString().contains("FAILED_RETRYABLE");

        history.condemns(Reason.OBSOLETE, 1, 6, 0);
        history.reports(7, history.lastCommandId(), FILE, Outcome.DELETED);
        assertThat(check(history).violations()).isEmpty();
    }

    @Test
    void failsForWhatWasOrderedOnceMoreAndNotDoneThenEither() {
        History history = condemned();
        history.reports(5, history.lastCommandId(), FILE, Outcome.FAILED_RETRYABLE);
        history.condemns(Reason.OBSOLETE, 1, 6, 0);
        history.reports(7, history.lastCommandId(), FILE, Outcome.FAILED_RETRYABLE);

        assertThat(check(history).violations()).singleElement().asString().contains("FAILED_RETRYABLE");
    }

    private static History condemned() {
        return new History().removes(1, FILE).condemns(Reason.OBSOLETE, 1, 4, 0);
    }

    private static Verdict check(History history) {
        return proof(history).check();
    }

    private static ReportsProof proof(History history) {
        return new ReportsProof(history.log(), history.condemnations());
    }
}
