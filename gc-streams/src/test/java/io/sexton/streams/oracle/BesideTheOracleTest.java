package io.sexton.streams.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.fold.core.Output;
import io.sexton.proto.Times;
import io.sexton.v1.CompactionFailed;
import io.sexton.v1.CompactionStarted;
import io.sexton.v1.DeletionReport;
import io.sexton.v1.FileOutcome;
import io.sexton.v1.FileRef;
import io.sexton.v1.FileWritten;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.Notice;
import io.sexton.v1.Outcome;
import io.sexton.v1.Policy;
import io.sexton.v1.PolicySet;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.RegionOpened;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * The rules that the oracle does not model: the attributes and evidence in commands, the number of requests, and
 * records that must not stop a fold.
 */
final class BesideTheOracleTest {
    private final LoneFold fold = new LoneFold();

    @Test
    void reusedPathHasNoAttributesOfTheOldObject() {
        fold.at(
                0,
                RegionEvent.newBuilder()
                        .setRegionOpened(
                                RegionOpened.newBuilder().setStore("main").setRoot("r1")));
        fold.at(
                1,
                RegionEvent.newBuilder()
                        .setManifestEdit(ManifestEdit.newBuilder()
                                .setVersion(1)
                                .addAdded(FileRef.newBuilder()
                                        .setPath("x")
                                        .setEtag("E1")
                                        .setSizeBytes(10)
                                        .setModifiedAt(Times.toProto(LoneFold.START)))));
        fold.at(
                2,
                RegionEvent.newBuilder()
                        .setManifestEdit(ManifestEdit.newBuilder()
                                .setBaseVersion(1)
                                .setVersion(2)
                                .addRemoved("x")));
        fold.tick(3);
        fold.tick((int) Duration.ofDays(1).toSeconds());
        assertThat(fold.condemned())
                .singleElement()
                .satisfies(file -> assertThat(file.getFile().getEtag()).isEqualTo("E1"));
        fold.at(
                90_000,
                RegionEvent.newBuilder()
                        .setDeletionReport(DeletionReport.newBuilder()
                                .setCommandId("0-" + fold.lastOffset() + "-0")
                                .addOutcomes(
                                        FileOutcome.newBuilder().setPath("x").setOutcome(Outcome.DELETED))));

        fold.at(
                90_001,
                RegionEvent.newBuilder()
                        .setCompactionStarted(CompactionStarted.newBuilder()
                                .setCompactionId("k")
                                .addTempFiles("x")));
        fold.at(
                90_002,
                RegionEvent.newBuilder()
                        .setCompactionFailed(CompactionFailed.newBuilder().setCompactionId("k")));
        fold.tick(90_003);
        fold.tick(200_000);

        assertThat(fold.condemned()).hasSize(2);
        assertThat(fold.condemned().getLast().getFile())
                .isEqualTo(FileRef.newBuilder().setPath("x").build());
    }

    @Test
    void evidenceOfAnExpiryIsTheSightingThatSetItsTime() {
        fold.apply(
                0,
                "",
                RegionEvent.newBuilder()
                        .setPolicySet(PolicySet.newBuilder()
                                .setPolicy(Policy.newBuilder()
                                        .setRetention(com.google.protobuf.Duration.newBuilder()
                                                .setSeconds(100)))));
        fold.at(
                1,
                RegionEvent.newBuilder()
                        .setRegionOpened(RegionOpened.newBuilder()
                                .setStore("main")
                                .setRoot("r1")
                                .setRetentionOnly(true)));
        sighted(10, 5);
        sighted(60, 55);
        long decides = fold.lastOffset();
        fold.tick(61);
        fold.tick(120);
        assertThat(fold.condemned()).isEmpty();
        fold.tick(160);

        assertThat(fold.condemned()).singleElement().satisfies(file -> {
            assertThat(file.getSince()).isEqualTo(Times.toProto(LoneFold.START.plusSeconds(55)));
            assertThat(file.getEvidenceOffset()).isEqualTo(decides);
        });
    }

    @Test
    void requestsSnapshotAtOnceForANewFileWithinTheHour() {
        fold.at(
                0,
                RegionEvent.newBuilder()
                        .setRegionOpened(
                                RegionOpened.newBuilder().setStore("main").setRoot("r1")));
        fold.at(
                1,
                RegionEvent.newBuilder()
                        .setManifestEdit(ManifestEdit.newBuilder()
                                .setVersion(1)
                                .addAdded(FileRef.newBuilder().setPath("live"))));
        int day = (int) Duration.ofDays(1).toSeconds();
        written(2, "a");
        fold.tick(3);
        written(600, "b");
        fold.tick(601);
        fold.tick(day + 3);
        assertThat(snapshotsRequested()).as("a is due").isEqualTo(1);

        fold.at(
                day + 4,
                RegionEvent.newBuilder()
                        .setManifestEdit(ManifestEdit.newBuilder()
                                .setBaseVersion(1)
                                .setVersion(2)
                                .addAdded(FileRef.newBuilder().setPath("a"))));
        fold.tick(day + 5);
        fold.tick(day + 601);

        assertThat(snapshotsRequested()).as("b is due").isEqualTo(2);
    }

    @Test
    void deeplyNestedPatternIsADeadLetter() {
        String pattern = "(".repeat(3_000) + "a" + ")".repeat(3_000);
        fold.apply(
                0,
                "",
                RegionEvent.newBuilder()
                        .setPolicySet(PolicySet.newBuilder()
                                .setPolicy(Policy.newBuilder().setFilePattern(pattern))));

        assertThat(fold.outputs())
                .singleElement()
                .isInstanceOfSatisfying(
                        Output.DeadLetter.class,
                        letter -> assertThat(letter.reason()).startsWith("policy_set.policy.file_pattern"));
    }

    private void sighted(int second, int modified) {
        fold.at(
                second,
                RegionEvent.newBuilder()
                        .setFileWritten(FileWritten.newBuilder()
                                .setFile(FileRef.newBuilder()
                                        .setPath("x")
                                        .setModifiedAt(Times.toProto(LoneFold.START.plusSeconds(modified))))));
    }

    private void written(int second, String path) {
        fold.at(
                second,
                RegionEvent.newBuilder()
                        .setFileWritten(FileWritten.newBuilder()
                                .setFile(FileRef.newBuilder().setPath(path))));
    }

    private long snapshotsRequested() {
        return fold.outputs().stream()
                .filter(output -> output instanceof Output.Emitted emitted
                        && emitted.message() instanceof Notice notice
                        && notice.hasSnapshotRequested())
                .count();
    }
}
