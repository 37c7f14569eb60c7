package io.sexton.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sexton.client.pins.PinOptions;
import io.sexton.client.pins.PinTarget;
import io.sexton.client.testing.Await;
import io.sexton.client.testing.FakeSexton;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.v1.FileRef;
import io.sexton.v1.Hold;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.ReferenceEdit;
import io.sexton.v1.RegionEvent;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Events at the largest size of a record, 1 MiB by default, on a broker with the default of its own. */
final class LargeEventsIT {

    private static final RegionSettings SETTINGS = RegionSettings.of("local", "cluster/region");
    private static final Duration WAIT = Duration.ofSeconds(60);
    /** Some 3.4 MB of paths. */
    private static final List<FilePath> MANY = IntStream.range(0, 30_000)
            .mapToObj(i -> FilePath.of("sst/" + "x".repeat(100) + "/" + i))
            .toList();

    private static FakeSexton sexton;
    private static SextonClient client;

    @BeforeAll
    static void start() {
        sexton = new FakeSexton(1);
        client = sexton.client().build();
    }

    @AfterAll
    static void stop() {
        client.close();
        sexton.close();
    }

    @Test
    void theLargestEventIsAcknowledgedAndAByteMoreIsRefused() throws Exception {
        int limit = 1024 * 1024 - 512 - "edge".length();
        RegionEvent largest = hold(limit - hold(0).getSerializedSize() - 20);
        while (largest.getSerializedSize() < limit) {
            largest = hold(largest.getHold().getReason().length() + 1);
        }
        assertThat(largest.getSerializedSize()).isEqualTo(limit);
        RegionEvent larger = hold(largest.getHold().getReason().length() + 1);

        assertThat(client.publisher().publish(largest).offset()).isNotNegative();
        assertThatThrownBy(() -> client.publisher().publish(larger))
                .isInstanceOf(InvalidEventException.class)
                .hasMessageContaining("1,048,061 bytes and 0 paths")
                .hasMessageContaining("more than the 1,048,060 bytes of the largest record");
    }

    @Test
    void anEditOfAVersionIsRefusedAndHealedByASnapshotInChunks() throws Exception {
        RegionId region = RegionId.of("versions");
        try (RegionWriter writer = client.publisher().openRegion(region, 1, SETTINGS, 0)) {
            assertThatThrownBy(() -> writer.edit(added().setVersion(1).build()))
                    .isInstanceOf(InvalidEventException.class)
                    .hasMessageContaining("30,000 paths")
                    .hasMessageContaining("publish a snapshot");
            assertThat(events(region, RegionEvent::hasManifestEdit)).isEmpty();

            writer.reopen(1);
            writer.publishSnapshot(version -> new ManifestContents(1, added().getAddedList()));

            Await.until(
                    "the snapshot",
                    () -> events(region, RegionEvent::hasManifestSnapshot).stream()
                            .anyMatch(event -> event.getManifestSnapshot().getLast()));
            assertThat(events(region, RegionEvent::hasManifestSnapshot).stream()
                            .mapToInt(event -> event.getManifestSnapshot().getFilesCount())
                            .sum())
                    .isEqualTo(MANY.size());
        }
    }

    @Test
    void anEditWithoutAVersionIsPublishedInParts() throws Exception {
        RegionId region = RegionId.of("no-versions");
        try (RegionWriter writer = client.publisher().openRegion(region, 1, SETTINGS, 0)) {
            LogPosition last = writer.edit(added().addRemoved("old").build());

            Await.until(
                    "all parts",
                    () -> sexton.eventsOf(region).anyMatch(logged -> logged.at().equals(last)));
            List<RegionEvent> edits = events(region, RegionEvent::hasManifestEdit);
            assertThat(edits).hasSize(5);
            assertThat(edits.stream().flatMap(event -> event.getManifestEdit().getAddedList().stream()))
                    .hasSize(MANY.size());
            assertThat(edits.get(4).getManifestEdit().getRemovedList()).containsExactly("old");
        }
    }

    @Test
    void manyFilesOfACompactionAreNamedInParts() throws Exception {
        RegionId region = RegionId.of("compaction");
        sexton.rejectedPaths.add(MANY.get(29_999).value());
        try (RegionWriter writer = client.publisher().openRegion(region, 1, SETTINGS, 0);
                CompactionScope compaction = writer.startCompaction("c1", MANY, Duration.ofMinutes(10))) {
            assertThat(compaction.awaitAdmission(WAIT)).isFalse();
            assertThat(events(region, RegionEvent::hasCompactionStarted).size()).isEqualTo(4);
            assertThat(compaction.rejectedPaths()).containsKey(MANY.get(29_999).value());
            writer.writeFailed(MANY, "the disk is full");
            assertThatThrownBy(() -> compaction.fail(MANY, "the disk is full"))
                    .isInstanceOf(InvalidEventException.class)
                    .hasMessageContaining("30,000 paths");
        }
    }

    @Test
    void manyReferencesHaveOneVerdict() throws Exception {
        sexton.condemned.add(MANY.get(1).value());
        sexton.condemned.add(MANY.get(29_998).value());
        ReferenceEdit edit = ReferenceEdit.newBuilder()
                .setReferrer("branch")
                .addAllAdded(MANY.stream().map(FilePath::value).toList())
                .build();

        assertThat(client.publisher().editReferences(RegionId.of("references"), edit, WAIT))
                .containsExactlyInAnyOrder(MANY.get(1), MANY.get(29_998));
    }

    @Test
    void aPinByTooManyFilesIsRefused() {
        assertThatThrownBy(() -> client.pins()
                        .pin(RegionId.of("pin"), PinTarget.files(MANY), PinOptions.ttl(Duration.ofSeconds(60))))
                .isInstanceOf(InvalidEventException.class)
                .hasMessageContaining("30,000 paths")
                .hasMessageContaining("pin a version instead of files");
    }

    @Test
    void chunksOfAListingFitIntoTheRecordsOfTheProducer() throws Exception {
        RegionId region = RegionId.of("small-records");
        try (SextonClient small =
                sexton.client().kafka("max.request.size", 64 * 1024).build()) {
            small.publisher().publishInventory(region, sink -> {
                for (FilePath path : MANY.subList(0, 2_000)) {
                    sink.accept(FileRef.newBuilder().setPath(path.value()).build());
                }
            });
        }
        Await.until(
                "the inventory",
                () -> events(region, RegionEvent::hasInventory).stream()
                        .anyMatch(event -> event.getInventory().getLast()));
        assertThat(events(region, RegionEvent::hasInventory)).hasSizeGreaterThan(4);
    }

    private static ManifestEdit.Builder added() {
        ManifestEdit.Builder edit = ManifestEdit.newBuilder();
        MANY.forEach(path -> edit.addAdded(FileRef.newBuilder().setPath(path.value())));
        return edit;
    }

    private static List<RegionEvent> events(RegionId region, Predicate<RegionEvent> kind) {
        return sexton.eventsOf(region)
                .map(FakeSexton.Logged::event)
                .filter(kind)
                .toList();
    }

    private static RegionEvent hold(int reason) {
        return RegionEvent.newBuilder()
                .setRegion("edge")
                .setProducer("test")
                .setHold(Hold.newBuilder().setHoldId("h").setReason("r".repeat(reason)))
                .build();
    }
}
