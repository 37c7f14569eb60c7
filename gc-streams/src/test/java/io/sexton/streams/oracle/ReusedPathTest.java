package io.sexton.streams.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.fold.core.Placement;
import io.sexton.fold.core.Times;
import io.sexton.fold.state.MemoryStore;
import io.sexton.streams.core.Output;
import io.sexton.streams.core.PartitionFold;
import io.sexton.streams.core.Stores;
import io.sexton.v1.CompactionFailed;
import io.sexton.v1.CompactionStarted;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.DeletionReport;
import io.sexton.v1.FileOutcome;
import io.sexton.v1.FileRef;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.Outcome;
import io.sexton.v1.Policy;
import io.sexton.v1.PolicySet;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.RegionOpened;
import io.sexton.v1.Tick;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the oracle does not say: what a command tells of the objects, and what no fold may stop at. */
final class ReusedPathTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final List<Output> said = new ArrayList<>();
    private final PartitionFold fold = new PartitionFold(
            0, new Stores(new MemoryStore(), new MemoryStore(), new MemoryStore()), Placement.UNCHECKED, said::add);
    private long offset;

    @Test
    void aPathThatIsUsedAgainHasNothingOfTheObjectThatIsGone() {
        at(
                0,
                RegionEvent.newBuilder()
                        .setRegionOpened(
                                RegionOpened.newBuilder().setStore("main").setRoot("r1")));
        at(
                1,
                RegionEvent.newBuilder()
                        .setManifestEdit(ManifestEdit.newBuilder()
                                .setVersion(1)
                                .addAdded(FileRef.newBuilder()
                                        .setPath("x")
                                        .setEtag("E1")
                                        .setSizeBytes(10)
                                        .setModifiedAt(Times.toProto(START)))));
        at(
                2,
                RegionEvent.newBuilder()
                        .setManifestEdit(ManifestEdit.newBuilder()
                                .setBaseVersion(1)
                                .setVersion(2)
                                .addRemoved("x")));
        tick(3);
        tick((int) Duration.ofDays(1).toSeconds());
        assertThat(condemned())
                .singleElement()
                .satisfies(file -> assertThat(file.getFile().getEtag()).isEqualTo("E1"));
        at(
                90_000,
                RegionEvent.newBuilder()
                        .setDeletionReport(DeletionReport.newBuilder()
                                .setCommandId("0-" + (offset - 1) + "-0")
                                .addOutcomes(
                                        FileOutcome.newBuilder().setPath("x").setOutcome(Outcome.DELETED))));

        at(
                90_001,
                RegionEvent.newBuilder()
                        .setCompactionStarted(CompactionStarted.newBuilder()
                                .setCompactionId("k")
                                .addTempFiles("x")));
        at(
                90_002,
                RegionEvent.newBuilder()
                        .setCompactionFailed(CompactionFailed.newBuilder().setCompactionId("k")));
        tick(90_003);
        tick(200_000);

        assertThat(condemned()).hasSize(2);
        assertThat(condemned().getLast().getFile())
                .isEqualTo(FileRef.newBuilder().setPath("x").build());
    }

    @Test
    void aPatternThatIsNestedTooDeeplyIsADeadLetter() {
        String pattern = "(".repeat(3_000) + "a" + ")".repeat(3_000);
        apply(
                START,
                "",
                RegionEvent.newBuilder()
                        .setPolicySet(PolicySet.newBuilder()
                                .setPolicy(Policy.newBuilder().setFilePattern(pattern))));

        assertThat(said)
                .singleElement()
                .isInstanceOfSatisfying(
                        Output.DeadLetter.class,
                        letter -> assertThat(letter.reason()).startsWith("policy_set.policy.file_pattern"));
    }

    private List<CondemnedFile> condemned() {
        return said.stream()
                .filter(Output.Command.class::isInstance)
                .map(output -> ((Output.Command) output).command().getDelete())
                .map(DeleteCommand::getFilesList)
                .flatMap(List::stream)
                .toList();
    }

    private void tick(int second) {
        Instant now = START.plusSeconds(second);
        Tick tick = Tick.newBuilder()
                .setWallClock(Times.toProto(now))
                .setTicker("t")
                .setUptime(Times.toProto(Duration.ofSeconds(second)))
                .build();
        apply(now, "", RegionEvent.newBuilder().setTick(tick));
    }

    private void at(int second, RegionEvent.Builder event) {
        apply(START.plusSeconds(second), "r1", event.setRegion("r1").setEpoch(1));
    }

    private void apply(Instant now, String key, RegionEvent.Builder event) {
        fold.apply(LogRecord.of(0, offset++, now.toEpochMilli(), key, event.build())
                .toFold());
    }
}
