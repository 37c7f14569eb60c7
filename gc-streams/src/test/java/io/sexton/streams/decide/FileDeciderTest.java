package io.sexton.streams.decide;

import static io.sexton.streams.decide.Given.REGION;
import static io.sexton.streams.decide.Given.SINCE;
import static io.sexton.streams.decide.Given.TICK;
import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.fold.core.Times;
import io.sexton.proto.FilePath;
import io.sexton.streams.model.Blocker;
import io.sexton.streams.model.FileState;
import io.sexton.streams.model.KnownFile;
import io.sexton.streams.model.KnownFile.Base;
import io.sexton.streams.model.KnownFile.Examination;
import io.sexton.streams.model.KnownFile.Sightings;
import io.sexton.streams.row.HoldRow;
import io.sexton.v1.Disposition;
import io.sexton.v1.OrphanConfirmation;
import io.sexton.v1.Reason;
import io.sexton.v1.Trigger;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class FileDeciderTest {
    private final Given given = new Given();

    @Test
    void condemnsAnObsoleteFileThatHasLingered() {
        assertThat(given.decide(Given.obsolete())).isEqualTo(new Decision.Condemn(Reason.OBSOLETE, SINCE));
    }

    @Test
    void condemnsTemporaryFilesByTheirEnds() {
        assertCondemned(new FileState.Abandoned(SINCE, false, false), Reason.TEMPORARY);
        assertCondemned(new FileState.Abandoned(SINCE, false, true), Reason.STALE_TEMP_MANIFEST);
        assertCondemned(new FileState.Aborted(SINCE, false), Reason.WRITE_ABORTED);
    }

    private void assertCondemned(FileState state, Reason reason) {
        assertThat(given.decide(Given.file(state))).isEqualTo(new Decision.Condemn(reason, SINCE));
    }

    @Test
    void decidesNothingOnFilesInUse() {
        for (FileState used :
                new FileState[] {new FileState.Live(false), new FileState.Temporary("c"), new FileState.Gone()}) {
            assertThat(given.decide(Given.file(used))).isEqualTo(new Decision.Nothing());
        }
    }

    @Test
    void postponesToTheLingerOfThePresentPolicy() {
        given.policy.setObsoleteLinger(Times.toProto(Duration.ofDays(3)));

        assertThat(given.decide(Given.obsolete())).isEqualTo(new Decision.Postpone(SINCE.plus(Duration.ofDays(3))));
    }

    @Test
    void expiresAFileOfARetentionOnlyRegionByItsAge() {
        given.row.setRetentionOnly(true);
        given.policy.setRetention(Times.toProto(Duration.ofDays(2)));
        KnownFile live = Given.file(new FileState.Live(false));

        assertThat(given.decide(live)).as("of unknown age").isEqualTo(new Decision.Nothing());
        assertThat(given.decide(live.withBase(new Base(SINCE, null))))
                .isEqualTo(new Decision.Condemn(Reason.EXPIRED, SINCE));
        assertThat(given.decide(live.withBase(new Base(SINCE.plusMillis(1), null))))
                .isEqualTo(new Decision.Postpone(null));
    }

    @Test
    void keepsAnExpiredFileThatThePatternDoesNotMatch() {
        given.row.setRetentionOnly(true);
        given.policy.setRetention(Times.toProto(Duration.ofDays(2))).setFilePattern("b");

        assertBlocked(
                Given.file(new FileState.Live(false)).withBase(new Base(SINCE, null)), new Blocker.ByPolicy(REGION));
    }

    @Test
    void condemnsWhateverAGoneRegionTracks() {
        given.gone();
        given.row.getDropBuilder().setSinceMs(SINCE.toEpochMilli() + 5);

        assertThat(given.decide(Given.file(new FileState.Live(false))))
                .isEqualTo(new Decision.Condemn(Reason.REGION_GONE, SINCE.plusMillis(5)));
        assertThat(given.decide(Given.file(new FileState.Gone()))).isEqualTo(new Decision.Nothing());
    }

    @Test
    void orphanAwaitsASnapshotAfterItBecameACandidate() {
        given.row.setConfirmationOffset(150);
        assertBlocked(Given.orphan(), new Blocker.AwaitsSnapshot(REGION));

        given.row.setConfirmationOffset(151);
        assertThat(given.decide(Given.orphan())).isEqualTo(new Decision.Condemn(Reason.ORPHAN, SINCE));
    }

    @Test
    void orphanThatOnlyListingsNamedAwaitsAnInventoryToo() {
        given.row.setConfirmationOffset(151).addSoundInventoryOffsets(160).addSoundInventoryOffsets(149);
        KnownFile listed = Given.orphan().with(Sightings.NONE.withInventory(149, null));

        assertBlocked(listed, new Blocker.AwaitsInventory(REGION));
        assertBlocked(
                listed.with(Sightings.NONE.withInventory(161, null)), // of an inventory that is not sound
                new Blocker.AwaitsInventory(REGION));
        assertThat(given.decide(listed.with(Sightings.NONE.withInventory(161, 160L))))
                .isEqualTo(new Decision.Condemn(Reason.ORPHAN, SINCE));
    }

    @Test
    void inventoryAloneConfirmsAnOrphanOfARegionWithoutManifest() {
        given.policy.setOrphanConfirmation(OrphanConfirmation.INVENTORY);
        given.row.addSoundInventoryOffsets(160);
        KnownFile listed = Given.orphan().with(Given.orphan().sightings().withInventory(160, null));
        assertBlocked(Given.orphan(), new Blocker.AwaitsInventory(REGION));
        assertBlocked(listed, new Blocker.AwaitsSnapshot(REGION));

        given.row.setManifestSeen(false);
        assertThat(given.decide(listed)).isEqualTo(new Decision.Condemn(Reason.ORPHAN, SINCE));
    }

    @Test
    void policyThatConfirmsNothingKeepsOrphans() {
        given.policy.setOrphanConfirmation(OrphanConfirmation.NEVER);

        assertBlocked(Given.orphan(), new Blocker.ByPolicy(REGION));
    }

    @Test
    void garbageWithAPossiblyUnseenCommitAwaitsASnapshot() {
        KnownFile unconfirmed = Given.file(new FileState.Obsolete(SINCE, true, false))
                .with(Given.orphan().sightings());
        assertBlocked(unconfirmed, new Blocker.AwaitsSnapshot(REGION));
    }

    @Test
    void companionThatIsNoOrphanKeepsAnOrphan() {
        given.policy.setCompanionSuffix(".meta");
        given.row.setConfirmationOffset(151);
        FilePath companion = FilePath.of("a.meta");
        KnownFile temporary = given.state
                .files()
                .insert(given.region, companion, null, Given.file(new FileState.Temporary("c")), null);
        assertBlocked(Given.orphan(), new Blocker.ByCompanion(REGION, companion));

        given.state.files().update(given.region, companion, temporary, Given.orphan(), null);
        assertThat(given.decide(Given.orphan())).isInstanceOf(Decision.Condemn.class);

        given.state.references().add(REGION, "other", companion);
        assertBlocked(Given.orphan(), new Blocker.ByPath(REGION, companion));
    }

    @Test
    void regionMustBeOpenedAndCompleteAndNotMoved() {
        Blocker notReady = new Blocker.RegionNotReady(REGION);
        given.row.setOpened(false);
        assertBlocked(Given.obsolete(), notReady);

        given.row.setOpened(true).setMovedEpoch(3);
        assertBlocked(Given.obsolete(), notReady);

        given.row.clearMovedEpoch();
        given.gap();
        assertBlocked(Given.obsolete(), notReady);

        given.gone();
        assertThat(given.decide(Given.obsolete()))
                .as("its history matters no more")
                .isInstanceOf(Decision.Condemn.class);
    }

    @Test
    void triggerAwaitsACompactionAfterTheFileBecameACandidate() {
        given.policy.setTrigger(Trigger.ON_COMPACTION);
        KnownFile candidate = Given.obsolete().with(new Examination(150L, null));
        given.row.setCompactionCompletedOffset(150);
        assertBlocked(candidate, new Blocker.AwaitsCompaction(REGION));

        given.row.setCompactionCompletedOffset(151);
        assertThat(given.decide(candidate)).isInstanceOf(Decision.Condemn.class);
        assertCondemned(new FileState.Aborted(SINCE, false), Reason.WRITE_ABORTED);
    }

    @Test
    void keepsAProtectedFile() {
        hold();

        assertBlocked(Given.obsolete(), new Blocker.ByHold(REGION, "h"));
    }

    @Test
    void showsAFileOnceForEachPolicyOfADryRun() {
        given.policy.setDisposition(Disposition.DRY_RUN);

        assertThat(given.decide(Given.obsolete())).isEqualTo(new Decision.DryRun(Reason.OBSOLETE, SINCE));
        assertBlocked(Given.obsolete().with(new Examination(150L, 1L)), new Blocker.ByPolicy(REGION));
        assertThat(given.decide(Given.obsolete().with(new Examination(150L, 0L))))
                .isInstanceOf(Decision.DryRun.class);
    }

    @Test
    void latchesBeyondTheGuardExceptInAGoneRegion() {
        given.row.getGuardBuilder().setLatched(true);
        assertThat(given.decide(Given.obsolete())).isEqualTo(new Decision.Latch());

        given.gone();
        assertThat(given.decide(Given.obsolete())).isInstanceOf(Decision.Condemn.class);
    }

    @Test
    void emitsTheCommandOfACondemnedFileAgain() {
        assertThat(given.decide(condemned(false))).isEqualTo(new Decision.EmitAgain());
    }

    @Test
    void emitsNoCommandOfAFileThatIsStuckOrKept() {
        assertThat(given.decide(condemned(true))).isEqualTo(new Decision.Nothing());

        given.policy.setDisposition(Disposition.DRY_RUN);
        assertBlocked(condemned(false), new Blocker.ByPolicy(REGION));

        hold();
        assertBlocked(condemned(false), new Blocker.ByHold(REGION, "h"));

        given.gap();
        assertBlocked(condemned(false), new Blocker.RegionNotReady(REGION));
    }

    private void hold() {
        given.row.setHolds(1);
        given.state.holds().insert(REGION, "h", null, HoldRow.getDefaultInstance());
    }

    private static KnownFile condemned(boolean stuck) {
        return Given.file(new FileState.Condemned(
                new FileState.Origin(new FileState.Obsolete(SINCE, false, false), SINCE, 100),
                new FileState.Ground(Reason.OBSOLETE, SINCE, 100),
                FileState.Deletion.first(TICK).withStuck(stuck)));
    }

    private void assertBlocked(KnownFile file, Blocker blocker) {
        assertThat(given.decide(file)).isEqualTo(new Decision.Blocked(blocker));
    }
}
