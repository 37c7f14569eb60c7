package io.sexton.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sexton.client.internal.ClientParts;
import io.sexton.client.testing.FakeFeed;
import io.sexton.client.testing.FakePorts;
import io.sexton.client.testing.ManualClock;
import io.sexton.client.testing.ScriptedLog;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.v1.FileRef;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.Notice;
import io.sexton.v1.ReferenceEdit;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.RegionEvent.EventCase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class RegionWriterTest {

    private static final RegionId REGION = RegionId.of("r");
    private static final RegionSettings SETTINGS = RegionSettings.of("store", "root");
    private static final List<FilePath> OUTPUT = List.of(FilePath.of("out.sst"));
    private static final Duration TIMEOUT = Duration.ofSeconds(100);

    private final ManualClock clock = new ManualClock();
    private final ScriptedLog log = new ScriptedLog();
    private final FakeFeed feed = new FakeFeed();
    private final ClientParts parts = ClientParts.of(
            FakePorts.of(log, feed::to, clock), "datanode-3", Duration.ofHours(24), Duration.ofSeconds(5));

    @Test
    void isReturnedOnlyOnceItsOpeningIsAcknowledged() {
        log.acknowledging();

        assertThatThrownBy(() -> RegionWriter.open(parts, REGION, 0, SETTINGS, 1))
                .isInstanceOf(InvalidEventException.class);
        assertThatThrownBy(() -> RegionWriter.open(parts, REGION, 1, RegionSettings.of("", "root"), 1))
                .isInstanceOf(InvalidEventException.class);
        assertThat(log.appends).isEmpty();
        assertThat(feed.followers).isZero();
    }

    @Test
    void editsFailAfterAFailedOneUntilTheRegionIsReopened() throws Exception {
        RegionWriter writer = open();
        CompletableFuture<LogPosition> lost = writer.editAsync(edit(5, 6));
        CompletableFuture<LogPosition> unacknowledged = writer.editAsync(edit(6, 7));
        log.fail(1);
        log.acknowledge(2);

        assertThat(lost).isCompletedExceptionally();
        assertThat(unacknowledged).isCompletedExceptionally();
        assertThat(writer.editAsync(edit(7, 8))).isCompletedExceptionally();
        assertThatThrownBy(() -> writer.publishSnapshot(version -> new ManifestContents(version, List.of())))
                .isInstanceOf(PublishException.class)
                .hasMessageContaining("reopen");

        log.acknowledging();
        writer.reopen(8);

        assertThat(log.appends.get(3).event().getRegionOpened().getManifestVersion())
                .isEqualTo(8);
        assertThat(writer.editAsync(edit(8, 9)).join()).isEqualTo(new LogPosition(0, 4));
    }

    @Test
    void anEditThatCannotBePublishedIsAGap() throws Exception {
        RegionWriter writer = open();
        ManifestEdit invalid = edit(5, 6).toBuilder().addRemoved("../escape").build();

        assertThatThrownBy(() -> writer.editAsync(invalid)).isInstanceOf(InvalidEventException.class);

        assertThat(writer.failure()).isPresent();
        assertThat(writer.editAsync(edit(5, 6))).isCompletedExceptionally();
    }

    @Test
    void anEditOutOfOrderIsRejectedAndMayFollowLater() throws Exception {
        RegionWriter writer = open();
        log.acknowledging();

        assertThatThrownBy(() -> writer.editAsync(edit(6, 7))).isInstanceOf(VersionConflictException.class);

        assertThat(writer.failure()).isEmpty();
        assertThat(writer.editAsync(edit(5, 6))).isCompleted();
        assertThat(writer.editAsync(edit(6, 7))).isCompleted();
        assertThat(writer.publishedVersion()).isEqualTo(7);
    }

    @Test
    void publishesNothingOnceItNoLongerLeads() throws Exception {
        RegionWriter writer = open();
        log.acknowledging();
        CompactionScope compaction = writer.startCompaction("c", OUTPUT, TIMEOUT);
        int before = log.appends.size();

        writer.close();

        assertThat(compaction.mayCommit()).isFalse();
        assertThatThrownBy(() -> writer.editAsync(edit(5, 6))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> compaction.completeAsync(edit(5, 6))).isInstanceOf(IllegalStateException.class);
        compaction.close();
        assertThat(log.appends).hasSize(before);
        assertThat(feed.followers).isZero();
    }

    @Test
    void aFileMayBeCommittedUnpinnedForHalfTheOrphanLinger() throws Exception {
        RegionWriter writer = open();
        log.acknowledging();

        WrittenFile file =
                writer.fileWritten(FileRef.newBuilder().setPath("a.sst").build());

        clock.advance(Duration.ofHours(12).minusNanos(1));
        assertThat(file.mayCommitUnpinned()).isTrue();
        clock.advance(Duration.ofNanos(1));
        assertThat(file.mayCommitUnpinned()).isFalse();
    }

    @Test
    void aFileWhoseAnnouncementFailsIsNotReturned() throws Exception {
        RegionWriter writer = open();
        log.failing();

        assertThatThrownBy(() ->
                        writer.fileWritten(FileRef.newBuilder().setPath("a.sst").build()))
                .isInstanceOf(PublishException.class);
        assertThatThrownBy(() -> writer.startCompaction("c", OUTPUT, TIMEOUT)).isInstanceOf(PublishException.class);
        assertThat(writer.failure()).isEmpty();
    }

    @Test
    void aCompactionMayCommitForThreeQuartersOfItsTimeout() throws Exception {
        CompactionScope compaction = startCompaction();

        clock.advance(Duration.ofSeconds(75).minusNanos(1));
        assertThat(compaction.mayCommit()).isTrue();
        assertThat(compaction.remaining()).isEqualTo(Duration.ofNanos(1));
        clock.advance(Duration.ofNanos(1));
        assertThat(compaction.mayCommit()).isFalse();

        compaction.renew();
        assertThat(compaction.remaining()).isEqualTo(Duration.ofSeconds(75));
    }

    @Test
    void aRenewalNamesEveryFileThatMayHaveBeenWritten() throws Exception {
        CompactionScope compaction = startCompaction();

        compaction.renew(List.of(FilePath.of("more.sst")));

        assertThat(log.appends.get(2).event().getCompactionStarted().getTempFilesList())
                .containsExactly("out.sst", "more.sst");
    }

    @Test
    void aRejectionOfItsStartForbidsTheCommit() throws Exception {
        CompactionScope compaction = startCompaction();

        feed.deliver(REGION, rejection(0, "out.sst"));
        assertThat(compaction.mayCommit()).isTrue();
        feed.deliver(REGION, rejection(1, "out.sst"));

        assertThat(compaction.mayCommit()).isFalse();
        assertThat(compaction.rejectedPaths()).containsOnlyKeys("out.sst");
    }

    @Test
    void aRejectionThatComesBeforeTheAcknowledgementCountsToo() throws Exception {
        RegionWriter writer = open();
        log.onAppend(index -> {
            if (index == 1) {
                feed.deliver(REGION, rejection(1, "out.sst"));
            }
            log.acknowledge(index);
        });

        CompactionScope compaction = writer.startCompaction("c", OUTPUT, TIMEOUT);

        assertThat(compaction.mayCommit()).isFalse();
    }

    @Test
    void aGapForbidsTheCommitUntilTheCompactionIsRenewed() throws Exception {
        CompactionScope compaction = startCompaction();

        feed.gap();
        assertThat(compaction.mayCommit()).isFalse();

        compaction.renew();
        assertThat(compaction.mayCommit()).isTrue();
    }

    @Test
    void closingACompactionWithoutAnOutcomePublishesNothing() throws Exception {
        CompactionScope compaction = startCompaction();
        int before = log.appends.size();

        compaction.close();

        assertThat(log.appends).hasSize(before);
        assertThat(compaction.mayCommit()).isFalse();
        assertThatThrownBy(() -> compaction.failAsync(List.of(), "late")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aCompactionEndsOnce() throws Exception {
        CompactionScope failed = startCompaction();

        assertThat(failed.failAsync(List.of(FilePath.of("left.sst")), "disk full"))
                .isCompleted();
        failed.close();

        assertThat(last().getCompactionFailed().getLeftoverFilesList()).containsExactly("left.sst");
        assertThatThrownBy(() -> failed.complete(edit(5, 6))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(failed::renew).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aCompactionWithoutAnEditDoesNotAdvanceTheChain() throws Exception {
        CompactionScope compaction = startCompaction();

        assertThat(compaction.completeAsync(ManifestEdit.getDefaultInstance())).isCompleted();

        assertThat(last().getCompactionCompleted().hasEdit()).isFalse();
    }

    @Test
    void aCompactionWhoseEditDoesNotComeNextMayBeCompletedLater() throws Exception {
        RegionWriter writer = open();
        log.acknowledging();
        CompactionScope compaction = writer.startCompaction("c", OUTPUT, TIMEOUT);

        assertThatThrownBy(() -> compaction.completeAsync(edit(6, 7))).isInstanceOf(VersionConflictException.class);
        assertThat(compaction.mayCommit()).isTrue();
        assertThat(writer.editAsync(edit(5, 6))).isCompleted();

        assertThat(compaction.completeAsync(edit(6, 7))).isCompleted();
        assertThat(last().getEventCase()).isEqualTo(EventCase.COMPACTION_COMPLETED);
    }

    @Test
    void aVersionDoesNotDecreaseWithinAnEpoch() throws Exception {
        RegionWriter writer = open();
        log.acknowledging();
        assertThat(writer.editAsync(edit(5, 7))).isCompleted();
        int before = log.appends.size();

        assertThatThrownBy(() -> writer.reopen(6))
                .isInstanceOf(InvalidEventException.class)
                .hasMessageContaining("is 6, but version 7 was published in this epoch")
                .hasMessageContaining("higher epoch");
        assertThat(log.appends).hasSize(before);
        assertThat(writer.publishedVersion()).isEqualTo(7);

        writer.reopen(7);
        assertThat(last().getRegionOpened().getManifestVersion()).isEqualTo(7);
    }

    @Test
    void editsStillFailAfterARejectedReopening() throws Exception {
        RegionWriter writer = open();
        CompletableFuture<LogPosition> lost = writer.editAsync(edit(5, 6));
        log.fail(1);
        assertThat(lost).isCompletedExceptionally();
        log.acknowledging();

        assertThatThrownBy(() -> writer.reopen(5)).isInstanceOf(InvalidEventException.class);

        assertThat(writer.failure()).isPresent();
    }

    @Test
    void withdrawsAllReferencesOfABranchThatIsDropped() throws Exception {
        LifecyclePublisher publisher = new LifecyclePublisher(parts);
        log.onAppend(index -> {
            log.acknowledge(index);
            Notice.Builder verdict = Notice.newBuilder();
            verdict.getReferenceVerdictBuilder().setReferrer("branch").setOffset(index);
            feed.deliver(REGION, verdict.build());
        });

        publisher.withdrawReferences(REGION, "branch", 4, Duration.ofSeconds(5));

        ReferenceEdit edit = last().getReferenceEdit();
        assertThat(edit.getReferrer()).isEqualTo("branch");
        assertThat(edit.getReferrerEpoch()).isEqualTo(4);
        assertThat(edit.getReplaceAll()).isTrue();
        assertThat(edit.getAddedCount() + edit.getRemovedCount()).isZero();
    }

    @Test
    void anOlderEpochCannotWithdrawReferences() {
        LifecyclePublisher publisher = new LifecyclePublisher(parts);
        log.onAppend(index -> {
            log.acknowledge(index);
            feed.deliver(REGION, rejection(index, ""));
        });

        assertThatThrownBy(() -> publisher.withdrawReferences(REGION, "branch", 1, Duration.ofSeconds(5)))
                .isInstanceOf(RejectedException.class);
    }

    @Test
    void aSnapshotOfAManifestThatAlwaysChangesIsNotPublished() throws Exception {
        RegionWriter writer = open();
        log.acknowledging();

        assertThatThrownBy(() -> writer.publishSnapshot(version -> new ManifestContents(version + 1, List.of())))
                .isInstanceOf(VersionConflictException.class);

        assertThat(log.appends)
                .noneMatch(append -> append.event().getManifestSnapshot().getLast());
    }

    @Test
    void theManifestIsNotReadWhenTheAnnouncementFails() throws Exception {
        RegionWriter writer = open();
        log.failing();

        assertThatThrownBy(() -> writer.publishSnapshot(version -> {
                    throw new AssertionError("was read");
                }))
                .isInstanceOf(PublishException.class);
        assertThatThrownBy(() -> new LifecyclePublisher(parts).publishInventory(REGION, sink -> {
                    throw new AssertionError("was listed");
                }))
                .isInstanceOf(PublishException.class);
    }

    private RegionWriter open() throws InterruptedException {
        log.onAppend(log::acknowledge);
        RegionWriter writer = RegionWriter.open(parts, REGION, 3, SETTINGS, 5);
        log.onAppend(index -> {});
        return writer;
    }

    private CompactionScope startCompaction() throws InterruptedException {
        RegionWriter writer = open();
        log.acknowledging();
        return writer.startCompaction("c", OUTPUT, TIMEOUT);
    }

    private RegionEvent last() {
        return log.appends.get(log.appends.size() - 1).event();
    }

    private static Notice rejection(long offset, String path) {
        Notice.Builder notice = Notice.newBuilder();
        notice.getEventRejectedBuilder().setOffset(offset).setPath(path).setDetail("live");
        return notice.build();
    }

    private static ManifestEdit edit(long base, long version) {
        return ManifestEdit.newBuilder()
                .setBaseVersion(base)
                .setVersion(version)
                .build();
    }
}
