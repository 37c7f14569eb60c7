package io.sexton.streams.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.streams.model.Fact;
import io.sexton.streams.model.FileState;
import io.sexton.streams.model.KnownFile;
import io.sexton.streams.model.KnownFile.Examination;
import io.sexton.streams.row.RunningInventory;
import org.junit.jupiter.api.Test;

/** The files changed last at offset 100; inventories began at offset 110. */
final class InventoryEvidenceTest {
    private final Given given = new Given();

    @Test
    void isSoundIfItNamesEachLiveFile() {
        assertThat(isSound(0, true)).isTrue();
        assertThat(isSound(1, true)).isFalse();
    }

    @Test
    void namesALiveFileUnlessTheRegionHasNoManifest() {
        assertThat(isSound(0, false)).isFalse();

        given.row.setManifestSeen(false);
        assertThat(isSound(0, false)).isTrue();
    }

    @Test
    void isUnsoundInAnIncompleteOrLatchedRegion() {
        given.row.getGuardBuilder().setLatched(true);
        assertThat(isSound(0, true)).isFalse();

        given.row.clearGuard();
        given.gap();
        assertThat(isSound(0, true)).isFalse();
    }

    @Test
    void namesALiveFileOfARetentionOnlyRegionIfItHasOne() {
        given.row.setRetentionOnly(true);
        RunningInventory.Builder inventory = RunningInventory.newBuilder();
        assertThat(InventoryEvidence.isSound(given.region, inventory.build())).isTrue();

        inventory.setUnchanged(1);
        assertThat(InventoryEvidence.isSound(given.region, inventory.build())).isFalse();

        inventory.setNamedLive(true);
        assertThat(InventoryEvidence.isSound(given.region, inventory.build())).isTrue();
    }

    @Test
    void soundOneProvesGarbageAbsent() {
        for (FileState garbage : new FileState[] {
            new FileState.Obsolete(null, false, false),
            new FileState.Abandoned(null, false, false),
            new FileState.Aborted(null, false)
        }) {
            assertThat(isMissing(Given.file(garbage), true)).isTrue();
            assertThat(isMissing(Given.file(garbage), false)).isFalse();
        }
        assertThat(isMissing(Given.file(new FileState.Temporary("c")), true)).isFalse();
        assertThat(isMissing(Given.file(new FileState.Gone()), true)).isFalse();
    }

    @Test
    void provesNothingOfAListedOrLaterFile() {
        KnownFile file = Given.obsolete();
        assertThat(isMissing(file.with(file.sightings().withInventory(110, null)), true))
                .isFalse();
        assertThat(isMissing(file.with(file.sightings().withWritten(new Fact(110, Given.SINCE))), true))
                .isFalse();
        assertThat(isMissing(KnownFile.first(file.state(), new Fact(110, Given.SINCE)), true))
                .isFalse();
    }

    @Test
    void provesAnAnnouncedFileAbsentOnceItIsACandidate() {
        KnownFile candidate = Given.orphan();
        assertThat(isMissing(candidate, true)).isTrue();
        assertThat(isMissing(candidate.with(Examination.NONE), true)).isFalse();
        assertThat(isMissing(Given.file(new FileState.Unreferenced(null, false)), true))
                .as("only listings have named it")
                .isTrue();
    }

    @Test
    void reportsALiveFileIfItIsUnsoundOrTheRegionHasNoManifest() {
        KnownFile live = Given.file(new FileState.Live(false));
        assertThat(isMissing(live, false)).isTrue();
        assertThat(isMissing(live, true)).isFalse();
        assertThat(isMissing(Given.file(new FileState.Live(true)), false))
                .as("excused")
                .isFalse();

        given.row.setRetentionOnly(true);
        assertThat(isMissing(live, true)).isTrue();
    }

    private boolean isSound(long unlisted, boolean namedLive) {
        return InventoryEvidence.isSound(
                given.region,
                RunningInventory.newBuilder()
                        .setUnlisted(unlisted)
                        .setNamedLive(namedLive)
                        .build());
    }

    private boolean isMissing(KnownFile file, boolean sound) {
        return InventoryEvidence.isMissing(given.region, file, sound, 110);
    }
}
