package io.sexton.streams.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.v1.CondemnedFile;
import io.sexton.v1.FileRef;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.ManifestSnapshot;
import io.sexton.v1.Policy;
import io.sexton.v1.PolicySet;
import io.sexton.v1.QueryFinished;
import io.sexton.v1.QueryHeartbeat;
import io.sexton.v1.RegionDropped;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.RegionOpened;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The limits of a gone region: the looks of a tick, and the numbers of versions. */
final class GoneRegionTest {
    /** The largest valid version. */
    private static final long LAST_VERSION = Long.MAX_VALUE;

    private final LoneFold fold = new LoneFold(2);

    @BeforeEach
    void openARegionWithShortLingers() {
        fold.apply(
                0,
                "",
                RegionEvent.newBuilder()
                        .setPolicySet(PolicySet.newBuilder()
                                .setPolicy(Policy.newBuilder()
                                        .setObsoleteLinger(seconds(1))
                                        .setOrphanLinger(seconds(5))
                                        .setDropLinger(seconds(5)))));
        open(1, 1, 0);
    }

    /** Condemned files are not due, and must not count against the looks of a tick. */
    @Test
    void condemnsAllDueFilesInOneTickBesideCondemnedOnes() {
        ManifestEdit.Builder added = ManifestEdit.newBuilder().setVersion(1);
        List.of("a", "b", "c", "d")
                .forEach(path -> added.addAdded(FileRef.newBuilder().setPath(path)));
        fold.at(1, RegionEvent.newBuilder().setManifestEdit(added));
        fold.at(
                2,
                RegionEvent.newBuilder()
                        .setManifestEdit(ManifestEdit.newBuilder()
                                .setBaseVersion(1)
                                .setVersion(2)
                                .addAllRemoved(List.of("a", "b"))));
        fold.tick(3);
        fold.tick(10);
        assertThat(paths()).containsExactly("a", "b");

        fold.at(11, RegionEvent.newBuilder().setRegionDropped(RegionDropped.getDefaultInstance()));
        fold.tick(12);
        fold.tick(20);

        assertThat(paths()).containsExactly("a", "b", "c", "d");
    }

    @Test
    void pinOfTheLargestVersionProtectsInTheNextLife() {
        fold.at(
                1,
                RegionEvent.newBuilder()
                        .setManifestEdit(ManifestEdit.newBuilder()
                                .setVersion(LAST_VERSION)
                                .addAdded(FileRef.newBuilder().setPath("a"))));
        fold.tick(2);
        fold.apply(
                3,
                "r1",
                RegionEvent.newBuilder()
                        .setRegion("r1")
                        .setQueryHeartbeat(QueryHeartbeat.newBuilder()
                                .setReaderId("q")
                                .setAtVersion(LAST_VERSION)
                                .setTtl(seconds(3_000))));
        fold.at(4, RegionEvent.newBuilder().setRegionDropped(RegionDropped.getDefaultInstance()));
        fold.tick(5);
        fold.tick(20);
        open(21, 2, 3);
        snapshot(22, "s");
        fold.tick(40);
        snapshot(41, "t");
        fold.tick(42);
        assertThat(paths()).as("the reader may still read it (I2)").isEmpty();

        fold.apply(
                43,
                "r1",
                RegionEvent.newBuilder()
                        .setRegion("r1")
                        .setQueryFinished(QueryFinished.newBuilder().setReaderId("q")));
        fold.tick(44);

        assertThat(paths()).containsExactly("a");
    }

    private void open(int second, int epoch, long version) {
        leader(
                second,
                epoch,
                RegionEvent.newBuilder()
                        .setRegionOpened(RegionOpened.newBuilder()
                                .setStore("main")
                                .setRoot("r1")
                                .setManifestVersion(version)));
    }

    /** Emits an empty snapshot of the second life. */
    private void snapshot(int second, String id) {
        leader(
                second,
                2,
                RegionEvent.newBuilder()
                        .setManifestSnapshot(ManifestSnapshot.newBuilder().setSnapshotId(id)));
        leader(
                second,
                2,
                RegionEvent.newBuilder()
                        .setManifestSnapshot(ManifestSnapshot.newBuilder()
                                .setSnapshotId(id)
                                .setChunk(1)
                                .setVersion(3)
                                .setLast(true)));
    }

    private void leader(int second, int epoch, RegionEvent.Builder event) {
        fold.apply(second, "r1", event.setRegion("r1").setEpoch(epoch));
    }

    private List<String> paths() {
        return fold.condemned().stream()
                .map(CondemnedFile::getFile)
                .map(FileRef::getPath)
                .toList();
    }

    private static com.google.protobuf.Duration seconds(int seconds) {
        return com.google.protobuf.Duration.newBuilder().setSeconds(seconds).build();
    }
}
