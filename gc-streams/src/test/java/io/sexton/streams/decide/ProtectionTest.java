package io.sexton.streams.decide;

import static io.sexton.streams.decide.Given.PATH;
import static io.sexton.streams.decide.Given.REGION;
import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.streams.model.Blocker;
import io.sexton.streams.model.FileState;
import io.sexton.streams.model.KnownFile;
import io.sexton.streams.model.KnownFile.Versions;
import io.sexton.streams.model.Stamp;
import io.sexton.streams.model.StateKind;
import io.sexton.streams.row.FilePin;
import io.sexton.streams.row.HoldRow;
import io.sexton.streams.row.ReaderRow;
import io.sexton.streams.row.VersionPin;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ProtectionTest {
    private final Given given = new Given();

    @Test
    void protectsNothingWithoutPins() {
        assertThat(blocker(removedAt(Stamp.of(2, 10)))).isNull();
    }

    @Test
    void protectsAPathThatAReaderPins() {
        pin(ReaderRow.newBuilder().setFiles(FilePin.newBuilder().addPaths("a")));

        assertThat(blocker(Given.obsolete())).isEqualTo(new Blocker.ByPath(REGION, PATH));
    }

    @Test
    void protectsTheTemporaryManifestOfAReader() {
        pin(ReaderRow.newBuilder().setTempManifest("a").setProtectsTempManifest(true));

        assertThat(blocker(Given.orphan())).isEqualTo(new Blocker.ByPath(REGION, PATH));
    }

    @Test
    void protectsAPathThatAnotherRegionRefersTo() {
        given.state.references().add(REGION, "other", PATH);

        assertThat(blocker(Given.obsolete())).isEqualTo(new Blocker.ByPath(REGION, PATH));
    }

    @Test
    void protectsAPathUnderAHold() {
        given.row.setHolds(1);
        given.state.holds().insert(REGION, "h", null, HoldRow.getDefaultInstance());

        assertThat(blocker(Given.obsolete())).isEqualTo(new Blocker.ByHold(REGION, "h"));
    }

    @Test
    void pinByVersionProtectsFromTheAdditionUpToTheRemoval() {
        KnownFile file = removedAt(Stamp.of(2, 10));

        assertPinned(file, 2, 4, false);
        assertPinned(file, 2, 5, true);
        assertPinned(file, 2, 9, true);
        assertPinned(file, 2, 10, false);
    }

    @Test
    void removalWithoutVersionIsAboveEveryPin() {
        assertPinned(removedAt(Stamp.infinite(2)), 2, Long.MAX_VALUE, true);
    }

    @Test
    void pinOfALowerEpochThanTheRemovalProtects() {
        assertPinned(removedAt(Stamp.of(2, 10)), 1, 99, true);
    }

    @Test
    void pinProtectsNoLiveFileExceptOfAGoneRegion() {
        KnownFile file = Given.file(new FileState.Live(false)).with(new Versions(5L, null, null));
        assertPinned(file, 2, 5, false);

        given.gone();

        assertPinned(file, 2, 5, true);
        assertPinned(file, 2, 4, false);
    }

    @Test
    void pinProtectsNoFileThatNoEditHasRemoved() {
        assertPinned(Given.orphan().with(new Versions(5L, null, null)), 2, 5, false);
    }

    @Test
    void pinProtectsNoTemporaryFile() {
        assertPinned(
                Given.file(new FileState.Abandoned(null, false, false)).with(versions(Stamp.of(2, 10))), 2, 5, false);
    }

    private static KnownFile removedAt(Stamp stamp) {
        return Given.obsolete().with(versions(stamp));
    }

    private static Versions versions(Stamp removed) {
        return new Versions(5L, removed, null);
    }

    /** Checks the search of a pin, and the test of that single pin, which must agree. */
    private void assertPinned(KnownFile file, long epoch, long version, boolean isPinned) {
        VersionPin pin =
                VersionPin.newBuilder().setEpoch(epoch).setVersion(version).build();
        ReaderRow reader = ReaderRow.newBuilder().setVersion(pin).build();
        given.state.readers().insert(REGION, "q", null, reader);
        assertThat(blocker(file)).isEqualTo(isPinned ? new Blocker.ByVersionPin(REGION, epoch, version) : null);
        assertThat(Protection.protects(pin, given.region, file, file.kind())).isEqualTo(isPinned);
        given.state.readers().delete(REGION, "q", reader);
    }

    private void pin(ReaderRow.Builder reader) {
        given.state.readers().insert(REGION, "q", null, reader.build());
    }

    private @Nullable Blocker blocker(KnownFile file) {
        StateKind kind = file.kind();
        return new Protection(given.state).of(given.region, PATH, file, kind);
    }
}
