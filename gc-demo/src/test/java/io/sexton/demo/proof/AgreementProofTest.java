package io.sexton.demo.proof;

import static io.sexton.demo.proof.History.FILE;
import static io.sexton.demo.proof.History.REGION;
import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.v1.CompactionFailed;
import io.sexton.v1.EventRejected;
import io.sexton.v1.ManifestSnapshot;
import io.sexton.v1.Notice;
import io.sexton.v1.Reason;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.SnapshotRequested;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class AgreementProofTest {

    @Test
    void holdsWhereALostNodesFileWentAfterASnapshot() {
        History history = new History()
                .event(1, dead())
                .event(5, snapshot())
                .condemns(Reason.TEMPORARY, 1, 6, 0)
                .notice(Notice.newBuilder().setSnapshotRequested(SnapshotRequested.getDefaultInstance()));

        assertThat(check(history).violations()).isEmpty();
    }

    @Test
    void failsForALostNodesFileThatWentWithoutASnapshot() {
        History history = new History().event(1, snapshot()).event(2, dead()).condemns(Reason.TEMPORARY, 2, 6, 1);

        assertThat(check(history).violations()).singleElement().asString().contains("without a snapshot");
    }

    @Test
    void failsForALostNodesFileThatWasNotCondemned() {
        assertThat(check(new History()).violations()).singleElement().asString().contains("never condemned");
    }

    @Test
    void failsForARejectedEventAndForADeadLetter() {
        History history = new History()
                .event(1, dead())
                .event(5, snapshot())
                .condemns(Reason.TEMPORARY, 1, 6, 0)
                .notice(Notice.newBuilder().setEventRejected(EventRejected.getDefaultInstance()))
                .deadLetter();

        assertThat(check(history).violations()).hasSize(2);
    }

    private static RegionEvent.Builder dead() {
        return RegionEvent.newBuilder().setCompactionFailed(CompactionFailed.getDefaultInstance());
    }

    private static RegionEvent.Builder snapshot() {
        return RegionEvent.newBuilder()
                .setManifestSnapshot(ManifestSnapshot.newBuilder().setLast(true));
    }

    private static Verdict check(History history) {
        return new AgreementProof(history.log(), history.condemnations(), Map.of(REGION, Set.of(FILE))).check();
    }
}
