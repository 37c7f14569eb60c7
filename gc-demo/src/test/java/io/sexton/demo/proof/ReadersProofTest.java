package io.sexton.demo.proof;

import static io.sexton.demo.proof.History.FILE;
import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.demo.database.QueryReport;
import io.sexton.v1.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ReadersProofTest {

    @Test
    void holdsWhereFilesStayedForTheirReaders() {
        History history = new History()
                .pins(0, "reader")
                .pins(0, "dead")
                .removes(1, FILE)
                .finishes(6, "reader")
                .condemns(Reason.OBSOLETE, 1, 7, 2);

        assertThat(check(history, answered(5), died()).violations()).isEmpty();
    }

    @Test
    void failsForAFileThatIsCondemnedUnderAPin() {
        History history = new History()
                .pins(0, "reader")
                .pins(0, "dead")
                .removes(1, FILE)
                .condemns(Reason.OBSOLETE, 1, 7, 2)
                .finishes(8, "reader");

        assertThat(check(history, answered(5), died()).violations())
                .singleElement()
                .asString()
                .contains("under the pin of reader");
    }

    @Test
    void failsForAFileThatIsCondemnedBeforeTheTtlOfADeadReaderHasPassed() {
        History history = new History()
                .pins(0, "reader")
                .pins(0, "dead")
                .removes(1, FILE)
                .finishes(4.1, "reader")
                .condemns(Reason.OBSOLETE, 1, 4.5, 2);

        assertThat(check(history, answered(4.05), died()).violations())
                .singleElement()
                .asString()
                .contains("under the pin of dead");
    }

    @Test
    void failsForAReaderThatMetAMissingFile() {
        QueryReport met = report("reader", 5, new QueryReport.MetMissingFile(FILE));

        assertThat(check(wellBehaved(), met, died()).violations())
                .singleElement()
                .asString()
                .contains("missing file r1/000001.sst");
    }

    @Test
    void failsForAReaderWithoutAnAcceptedPin() {
        QueryReport unknown = report("unknown", 5, new QueryReport.Answered(1));

        assertThat(check(wellBehaved(), answered(5), died(), unknown).violations())
                .singleElement()
                .asString()
                .contains("no accepted pin");
    }

    @Test
    void failsWhereNoReaderNeededItsPin() {
        assertThat(check(wellBehaved(), answered(2), died()).violations())
                .singleElement()
                .asString()
                .contains("proves nothing about pins");
    }

    private static History wellBehaved() {
        return new History()
                .pins(0, "reader")
                .pins(0, "dead")
                .removes(1, FILE)
                .finishes(6, "reader")
                .condemns(Reason.OBSOLETE, 1, 7, 2);
    }

    private static QueryReport answered(double readAt) {
        return report("reader", readAt, new QueryReport.Answered(10));
    }

    @Test
    void allowsUnderFaultsThatReadersGiveUpButNotThatTheyMissAFile() {
        Conditions faults = new Conditions(true, Duration.ZERO);
        QueryReport gaveUp = report("r1", 9, new QueryReport.GaveUp("no longer sure"));
        QueryReport missed = report("r2", 9, new QueryReport.MetMissingFile(FILE));
        History history = new History().removes(1, FILE).condemns(Reason.OBSOLETE, 1, 4, 0);

        assertThat(new ReadersProof(List.of(gaveUp, died()), Map.of(), history.condemnations(), faults)
                        .check()
                        .violations())
                .isEmpty();
        assertThat(new ReadersProof(List.of(missed, died()), Map.of(), history.condemnations(), faults)
                        .check()
                        .violations())
                .singleElement()
                .asString()
                .contains("missing file");
    }

    private static QueryReport died() {
        return report("dead", 0.5, new QueryReport.Died());
    }

    private static QueryReport report(String reader, double readAt, QueryReport.Ending ending) {
        List<QueryReport.Read> reads = List.of(new QueryReport.Read(FILE, History.at(readAt)));
        return new QueryReport(reader, History.REGION, 1, Set.of(FILE), reads, 0, ending);
    }

    private static Verdict check(History history, QueryReport... readers) {
        return new ReadersProof(
                        List.of(readers), PinSpan.read(history.log()), history.condemnations(), Conditions.NO_FAULTS)
                .check();
    }
}
