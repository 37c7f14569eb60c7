package io.sexton.streams.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.streams.model.FileState;
import io.sexton.streams.model.KnownFile;
import io.sexton.streams.model.KnownFile.Sightings;
import io.sexton.streams.model.KnownFile.Versions;
import io.sexton.streams.model.Stamp;
import io.sexton.streams.row.RunningSnapshot;
import io.sexton.streams.row.SnapshotSweep;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The file changed last at offset 100; snapshots are of epoch 2, version 10. */
final class SnapshotEvidenceTest {
    private static final Stamp SNAPSHOT = Stamp.of(2, 10);
    private static final Stamp UNVERSIONED = Stamp.of(2, 0);

    private final Given given = new Given();

    @Test
    void makesAFileLiveThatWasRemovedAtItsVersionOrBefore() {
        assertThat(SnapshotEvidence.mayBecomeLive(removed(null), SNAPSHOT, 50)).isTrue();
        assertThat(SnapshotEvidence.mayBecomeLive(removed(Stamp.of(2, 10)), SNAPSHOT, 50))
                .isTrue();
        assertThat(SnapshotEvidence.mayBecomeLive(removed(Stamp.of(2, 11)), SNAPSHOT, 50))
                .isFalse();
    }

    @Test
    void removalWithoutVersionCountsAfterTheSnapshotBeganOnly() {
        assertThat(SnapshotEvidence.mayBecomeLive(removed(Stamp.infinite(2)), UNVERSIONED, 99))
                .isFalse();
        assertThat(SnapshotEvidence.mayBecomeLive(removed(Stamp.infinite(2)), UNVERSIONED, 100))
                .isTrue();
        assertThat(SnapshotEvidence.mayBecomeLive(removed(Stamp.infinite(3)), UNVERSIONED, 100))
                .as("of a higher epoch")
                .isFalse();
    }

    @Test
    void overtakesALaterChangeOfANamedFile() {
        KnownFile named = removed(Stamp.of(2, 10)).with(Sightings.NONE.withSnapshot(50));
        assertThat(SnapshotEvidence.isOvertaken(named, SNAPSHOT, 50)).isTrue();

        assertThat(SnapshotEvidence.isOvertaken(named, UNVERSIONED, 50)).isFalse();
        assertThat(SnapshotEvidence.isOvertaken(named.with(new FileState.Live(false)), SNAPSHOT, 50))
                .isFalse();
        assertThat(SnapshotEvidence.isOvertaken(named.with(Sightings.NONE.withSnapshot(49)), SNAPSHOT, 50))
                .isFalse();
        assertThat(SnapshotEvidence.isOvertaken(named.with(Sightings.NONE.withSnapshot(100)), SNAPSHOT, 100))
                .as("unchanged since chunk 0")
                .isFalse();
        assertThat(SnapshotEvidence.isOvertaken(
                        removed(Stamp.of(2, 11)).with(Sightings.NONE.withSnapshot(50)), SNAPSHOT, 50))
                .isFalse();
    }

    @Test
    void removesAnOlderFileThatItDoesNotName() {
        KnownFile live = live(Stamp.of(2, 10));
        assertThat(SnapshotEvidence.removes(live, SNAPSHOT, 50)).isTrue();

        assertThat(SnapshotEvidence.removes(live.with(Sightings.NONE.withSnapshot(50)), SNAPSHOT, 50))
                .as("named")
                .isFalse();
        assertThat(SnapshotEvidence.removes(live(Stamp.of(2, 11)), SNAPSHOT, 50))
                .as("added later")
                .isFalse();
    }

    @Test
    void removesWithoutVersionsWhatIsUnchangedSinceItBegan() {
        assertThat(SnapshotEvidence.removes(live(UNVERSIONED), UNVERSIONED, 101))
                .isTrue();
        assertThat(SnapshotEvidence.removes(live(UNVERSIONED), UNVERSIONED, 100))
                .isFalse();
    }

    @Test
    void knowsWhatAnotherSourceNamedBefore() {
        KnownFile known = live(SNAPSHOT).with(Sightings.NONE.withKnown(Given.FACT));
        assertThat(SnapshotEvidence.isKnownBefore(known, 101)).isTrue();
        assertThat(SnapshotEvidence.isKnownBefore(known, 100)).isFalse();
        assertThat(SnapshotEvidence.isKnownBefore(null, 101)).isFalse();
        assertThat(SnapshotEvidence.isKnownBefore(live(SNAPSHOT), 101))
                .as("of an older version of the service")
                .isTrue();
        assertThat(SnapshotEvidence.isKnownBefore(live(null), 101)).isFalse();
    }

    @Test
    void isCurrentAtTheVersionOfTheRegionWhenItBegan() {
        assertThat(SnapshotEvidence.isCurrent(running(10).build())).isTrue();
        assertThat(SnapshotEvidence.isCurrent(running(10).setRegionVersion(10).build()))
                .isTrue();
        assertThat(SnapshotEvidence.isCurrent(running(10).setRegionVersion(11).build()))
                .isFalse();
        assertThat(SnapshotEvidence.isCurrent(running(0).setRegionVersion(0).build()))
                .isTrue();
        assertThat(SnapshotEvidence.isCurrent(running(0).setRegionVersion(-1).build()))
                .isFalse();
    }

    @Test
    void removesTooMuchIfItIsForeignOrTakesAMajority() {
        assertThat(removesTooMuch(1, 0, false)).as("foreign").isTrue();
        assertThat(removesTooMuch(1, 0, true)).isFalse();
        assertThat(removesTooMuch(0, 0, false)).isFalse();
        assertThat(removesTooMuch(11, 10, true)).as("majority").isTrue();
        assertThat(removesTooMuch(10, 10, true)).isFalse();
        assertThat(removesTooMuch(9, 1, true)).as("few files").isFalse();

        given.policy.setMaxCondemnedPercent(100);
        assertThat(removesTooMuch(11, 0, false)).isFalse();
    }

    private boolean removesTooMuch(long taken, long left, boolean namedKnown) {
        return SnapshotEvidence.removesTooMuch(
                SnapshotSweep.newBuilder().setTaken(taken).setLeft(left).setNamedKnown(namedKnown), given.policy());
    }

    private static RunningSnapshot.Builder running(long version) {
        return RunningSnapshot.newBuilder().setVersion(version);
    }

    private static KnownFile removed(@Nullable Stamp stamp) {
        return Given.obsolete().with(new Versions(0L, stamp, null));
    }

    private static KnownFile live(@Nullable Stamp since) {
        return Given.file(new FileState.Live(false)).with(new Versions(0L, null, since));
    }
}
