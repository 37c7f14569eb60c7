package io.sexton.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sexton.client.testing.Await;
import io.sexton.client.testing.FakeSexton;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.v1.FileRef;
import io.sexton.v1.Hold;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.Notice;
import io.sexton.v1.Policy;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.RegionEvent.EventCase;
import io.sexton.v1.SnapshotRequested;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PublishingIT {

    private static final RegionSettings SETTINGS = RegionSettings.of("local", "cluster/region");
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static FakeSexton sexton;
    private SextonClient client;

    @BeforeAll
    static void start() {
        sexton = new FakeSexton(4);
    }

    @AfterAll
    static void stop() {
        sexton.close();
    }

    @BeforeEach
    void connect() {
        client = sexton.client().build();
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    @Test
    void keepsTheOrderOfARegionAndReturnsThePositionOfEachEvent() throws Exception {
        RegionId region = RegionId.of("order");
        List<CompletableFuture<LogPosition>> sent = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            sent.add(client.publisher().publishAsync(hold(region, "h" + i)));
        }

        List<LogPosition> positions = new ArrayList<>();
        for (CompletableFuture<LogPosition> one : sent) {
            positions.add(one.get(20, TimeUnit.SECONDS));
        }

        Await.until("all logged", () -> sexton.eventsOf(region).count() == 500);
        assertThat(sexton.eventsOf(region)
                        .map(logged -> logged.event().getHold().getHoldId()))
                .containsExactlyElementsOf(
                        IntStream.range(0, 500).mapToObj(i -> "h" + i).toList());
        assertThat(sexton.eventsOf(region).map(FakeSexton.Logged::at)).containsExactlyElementsOf(positions);
        assertThat(sexton.events.get(0).event().getProducer()).isEqualTo("test");
    }

    @Test
    void rejectsAnEventThatIsTooLargeForARecord() {
        RegionEvent large = RegionEvent.newBuilder(hold(RegionId.of("large"), "h"))
                .setHold(Hold.newBuilder().setHoldId("h").setReason("x".repeat(2_000_000)))
                .build();

        assertThatThrownBy(() -> client.publisher().publishAsync(large))
                .isInstanceOf(InvalidEventException.class)
                .hasMessageContaining("largest record");
        assertThat(client.publisher().failure(RegionId.of("large"))).isEmpty();
    }

    @Test
    void leaderOpensCompactsAndEdits() throws Exception {
        RegionId region = RegionId.of("leader");
        try (RegionWriter writer = client.publisher().openRegion(region, 3, SETTINGS, 0)) {
            WrittenFile flushed = writer.fileWritten(file("1.sst"));
            assertThat(flushed.mayCommitUnpinned()).isTrue();
            writer.editAsync(edit(0, 1, "1.sst")).get(20, TimeUnit.SECONDS);
            try (CompactionScope compaction =
                    writer.startCompaction("c1", List.of(FilePath.of("2.sst")), Duration.ofMinutes(10))) {
                assertThat(compaction.mayCommit()).isTrue();
                assertThat(compaction.awaitAdmission(WAIT)).isTrue();
                compaction
                        .completeAsync(edit(1, 2, "2.sst").toBuilder()
                                .addRemoved("1.sst")
                                .build())
                        .get(20, TimeUnit.SECONDS);
                assertThat(compaction.mayCommit()).isFalse();
            }
            assertThat(writer.publishedVersion()).isEqualTo(2);
        }
        Await.until("all logged", () -> sexton.eventsOf(region).count() == 6);
        assertThat(kinds(region))
                .containsExactly(
                        EventCase.REGION_OPENED,
                        EventCase.FILE_WRITTEN,
                        EventCase.MANIFEST_EDIT,
                        EventCase.COMPACTION_STARTED,
                        EventCase.QUERY_HEARTBEAT,
                        EventCase.COMPACTION_COMPLETED);
        assertThat(sexton.eventsOf(region)
                        .filter(logged -> !logged.event().hasQueryHeartbeat())
                        .map(logged -> logged.event().getEpoch()))
                .containsOnly(3L);
    }

    @Test
    void aRejectedPathForbidsTheCommit() throws Exception {
        RegionId region = RegionId.of("rejected");
        sexton.rejectedPaths.add("used-before.sst");
        try (RegionWriter writer = client.publisher().openRegion(region, 1, SETTINGS, 0);
                CompactionScope compaction =
                        writer.startCompaction("c1", List.of(FilePath.of("used-before.sst")), Duration.ofMinutes(10))) {
            assertThat(compaction.awaitAdmission(WAIT)).isFalse();
            assertThat(compaction.rejectedPaths()).containsEntry("used-before.sst", "unfit");
        }
        assertThat(kinds(region)).doesNotContain(EventCase.COMPACTION_FAILED, EventCase.COMPACTION_COMPLETED);
    }

    @Test
    void announcesASnapshotBeforeItReadsTheManifest() throws Exception {
        RegionId region = RegionId.of("snapshot");
        AtomicLong version = new AtomicLong(1);
        try (RegionWriter writer = client.publisher().openRegion(region, 1, SETTINGS, 1)) {
            writer.publishSnapshot(announced -> {
                Await.until("announced", () -> kinds(region).contains(EventCase.MANIFEST_SNAPSHOT));
                if (announced == 1) {
                    writer.editAsync(edit(1, 2, "2.sst")).join();
                    version.set(2);
                }
                return new ManifestContents(version.get(), List.of(file("1.sst"), file("2.sst")));
            });
        }
        Await.until(
                "complete",
                () -> sexton.eventsOf(region)
                        .anyMatch(logged -> logged.event().getManifestSnapshot().getLast()));
        List<RegionEvent> snapshots = sexton.eventsOf(region)
                .map(FakeSexton.Logged::event)
                .filter(RegionEvent::hasManifestSnapshot)
                .toList();
        assertThat(snapshots)
                .extracting(event -> event.getManifestSnapshot().getVersion())
                .containsExactly(1L, 2L, 2L);
        assertThat(snapshots.get(2).getManifestSnapshot().getLast()).isTrue();
        assertThat(snapshots.get(2).getManifestSnapshot().getFilesCount()).isEqualTo(2);
    }

    @Test
    void aFailedListingPublishesNoLastChunk() throws Exception {
        RegionId region = RegionId.of("inventory");
        assertThatThrownBy(() -> client.publisher().publishInventory(region, sink -> {
                    for (int i = 0; i < 12_000; i++) {
                        sink.accept(file(i + ".sst"));
                    }
                    throw new IOException("page 13 was not readable");
                }))
                .hasMessage("page 13 was not readable");
        client.publisher().publishInventory(region, sink -> sink.accept(file("a.sst")));

        Await.until(
                "complete",
                () -> sexton.eventsOf(region)
                        .anyMatch(logged -> logged.event().getInventory().getLast()));
        List<RegionEvent> first = sexton.eventsOf(region)
                .map(FakeSexton.Logged::event)
                .takeWhile(event -> event.getInventory().getChunk() != 0
                        || event.getInventory().getInventoryId().equals(firstInventory(region)))
                .toList();
        assertThat(first)
                .hasSizeGreaterThan(2)
                .noneMatch(event -> event.getInventory().getLast());
    }

    @Test
    void deliversNotices() throws Exception {
        RegionId region = RegionId.of("notices");
        List<String> calls = new CopyOnWriteArrayList<>();
        NoticeListener listener = new NoticeListener() {
            @Override
            public void onSnapshotRequested(SnapshotRequested notice) {
                calls.add("snapshot " + notice.getAtLeastVersion());
            }
        };
        try (Subscription subscription = client.notices().subscribe(region, listener)) {
            subscription.awaitReady(WAIT);
            Notice.Builder notice = Notice.newBuilder();
            notice.getSnapshotRequestedBuilder().setAtLeastVersion(5);

            sexton.publish(RegionId.of("other"), notice.build());
            sexton.publish(region, notice.build());

            Await.until("the listener is called", () -> calls.equals(List.of("snapshot 5")));
        }
    }

    @Test
    void setsAPolicyOnEveryPartition() throws Exception {
        assertThat(client.operator().setPolicy("*", Policy.getDefaultInstance()))
                .extracting(LogPosition::partition)
                .containsExactlyInAnyOrder(0, 1, 2, 3);
    }

    private static String firstInventory(RegionId region) {
        return sexton.eventsOf(region)
                .findFirst()
                .orElseThrow()
                .event()
                .getInventory()
                .getInventoryId();
    }

    private static List<EventCase> kinds(RegionId region) {
        return sexton.eventsOf(region)
                .map(logged -> logged.event().getEventCase())
                .toList();
    }

    private static RegionEvent hold(RegionId region, String id) {
        return RegionEvent.newBuilder()
                .setRegion(region.value())
                .setHold(Hold.newBuilder().setHoldId(id))
                .build();
    }

    private static FileRef file(String path) {
        return FileRef.newBuilder().setPath(path).setSizeBytes(1).build();
    }

    private static ManifestEdit edit(long base, long version, String added) {
        return ManifestEdit.newBuilder()
                .setBaseVersion(base)
                .setVersion(version)
                .addAdded(file(added))
                .build();
    }
}
