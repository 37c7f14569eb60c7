package io.sexton.streams.decide;

import static io.sexton.streams.decide.Given.PATH;
import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.streams.model.FileState;
import io.sexton.streams.model.KnownFile;
import io.sexton.streams.model.KnownFile.Commands;
import io.sexton.streams.row.FilePin;
import io.sexton.streams.row.InventorySweep;
import io.sexton.streams.row.ReaderRow;
import io.sexton.streams.row.Sweep;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PinDeciderTest {
    private final Given given = new Given();

    @Test
    void pinsNoFileThatACommandMayDelete() {
        assertThat(PinDecider.isUnpinnable(null)).isFalse();
        assertThat(PinDecider.isUnpinnable(Given.obsolete())).isFalse();
        assertThat(PinDecider.isUnpinnable(Given.file(new FileState.Gone()))).isTrue();
        assertThat(PinDecider.isUnpinnable(Given.obsolete().with(new Commands(90L, 90L))))
                .as("a revoked command is not reported on")
                .isTrue();
    }

    @Test
    void pinsVersionsFromTheHorizonToTheRegionsOwn() {
        given.row.setHorizon(15);

        assertRejected(14, "files of versions below 15 may be condemned already");
        assertAccepted(15);
        assertAccepted(20);
        assertRejected(21, "only at version 20");
    }

    @Test
    void pinsNoVersionOfARegionWithoutVersions() {
        given.row.setUnversioned(true);
        assertRejected(20, "no versions");

        given.row.setUnversioned(false).setRetentionOnly(true);
        assertRejected(20, "no versions");

        given.row.setRetentionOnly(false).clearVersion();
        assertRejected(20, "no versions");
    }

    @Test
    void pinsNoVersionOfAGoneOrIncompleteRegion() {
        given.gap();
        assertRejected(20, "has a gap since offset 90");

        given.gone();
        assertRejected(20, "is gone");
    }

    @Test
    void pinsNoVersionWhileAnInventoryIsWorkedThrough() {
        given.row.addSweeps(Sweep.newBuilder().setInventory(InventorySweep.getDefaultInstance()));

        assertRejected(20, "still being worked through");
    }

    @Test
    void temporaryManifestIsAFileThatNobodyElseNames() {
        assertThat(mayBeTempManifest(null)).isTrue();
        assertThat(mayBeTempManifest(Given.orphan())).isTrue();
        assertThat(mayBeTempManifest(Given.obsolete())).isFalse();

        ReaderRow pin = ReaderRow.newBuilder()
                .setFiles(FilePin.newBuilder().addPaths("a"))
                .build();
        given.state.readers().insert(Given.REGION, "q", null, pin);
        assertThat(mayBeTempManifest(Given.orphan())).isFalse();
    }

    private boolean mayBeTempManifest(@Nullable KnownFile file) {
        return PinDecider.mayBeTempManifest(given.state.readers(), given.region, PATH, file);
    }

    @Test
    void garbageOfADeadWriterMayHaveBeenCommitted() {
        assertThat(PinDecider.mayHaveBeenCommitted(Given.orphan())).isTrue();
        assertThat(PinDecider.mayHaveBeenCommitted(Given.file(new FileState.Aborted(null, false))))
                .isTrue();
        assertThat(PinDecider.mayHaveBeenCommitted(Given.file(new FileState.Live(false))))
                .isFalse();
    }

    private void assertAccepted(long version) {
        assertThat(PinDecider.rejectionReason(given.region, version)).isEmpty();
    }

    private void assertRejected(long version, String reason) {
        assertThat(PinDecider.rejectionReason(given.region, version).orElseThrow())
                .contains(reason);
    }
}
