package io.sexton.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sexton.client.testing.Await;
import io.sexton.client.testing.FakeSexton;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.v1.Notice;
import io.sexton.v1.RegionEvent.EventCase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run of the example that {@code docs/integrate.md} quotes. */
final class IntegrationExampleIT {

    private static final RegionId REGION = RegionId.of("tables/42");
    private static final FilePath FIRST = FilePath.of("sst/1.sst");
    private static final FilePath SECOND = FilePath.of("sst/2.sst");
    private static final FilePath MERGED = FilePath.of("sst/3.sst");

    @Test
    void theExampleRuns(@TempDir Path root) throws Exception {
        ExampleManifest manifest = new ExampleManifest();
        ExecutorService background = Executors.newSingleThreadExecutor();
        try (FakeSexton sexton = new FakeSexton(1);
                IntegrationExample database =
                        new IntegrationExample(sexton.broker.bootstrapServers(), REGION, root, manifest, background);
                RegionWriter writer = database.lead(1);
                Subscription subscription = database.listen(writer)) {
            database.flush(writer, FIRST).join();
            database.flush(writer, SECOND).join();
            database.compact(writer, "c1", List.of(FIRST, SECOND), List.of(MERGED))
                    .join();
            assertThat(manifest.files()).containsExactly(MERGED);
            assertThat(database.query()).containsExactly("sst/3.sst".getBytes(UTF_8));

            database.commitPinned(writer, List.of(FIRST)).join();
            assertThat(manifest.files()).containsExactly(FIRST, MERGED);
            sexton.condemned.add(SECOND.value());
            assertThatThrownBy(() -> database.commitPinned(writer, List.of(SECOND)))
                    .isInstanceOf(RejectedException.class);
            assertThat(manifest.files()).containsExactly(FIRST, MERGED);

            RegionId branch = RegionId.of("tables/43");
            database.branch(branch, 1, List.of(MERGED));
            assertThatThrownBy(() -> database.branch(branch, 1, List.of(SECOND)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(SECOND.value());
            database.dropBranch(branch, 1);
            assertThat(sexton.eventsOf(REGION)
                            .filter(logged -> logged.event().getReferenceEdit().getReplaceAll())
                            .count())
                    .isEqualTo(1);

            AtomicBoolean moved = new AtomicBoolean();
            database.migrate(() -> moved.set(true));
            assertThat(moved).isTrue();
            database.scan();
            database.recover(writer);
            subscription.awaitReady(Duration.ofSeconds(20));
            Notice.Builder request = Notice.newBuilder();
            request.getSnapshotRequestedBuilder().setAtLeastVersion(4);
            sexton.publish(REGION, request.build());
            Notice.Builder deleted = Notice.newBuilder();
            deleted.getFilesDeletedBuilder().addPaths(SECOND.value());
            sexton.publish(REGION, deleted.build());

            Await.until(
                    "the snapshot",
                    () -> sexton.eventsOf(REGION)
                            .anyMatch(logged ->
                                    logged.event().getManifestSnapshot().getLast()));
            Await.until("trimmed", () -> database.trimmed.equals(List.of(SECOND.value())));
        } finally {
            background.shutdownNow();
        }
    }

    @Test
    void theFirstEventOfEachRegionIsItsOpening(@TempDir Path root) throws Exception {
        ExecutorService background = Executors.newSingleThreadExecutor();
        try (FakeSexton sexton = new FakeSexton(1);
                IntegrationExample database = new IntegrationExample(
                        sexton.broker.bootstrapServers(), REGION, root, new ExampleManifest(), background);
                RegionWriter writer = database.lead(1)) {
            database.flush(writer, FIRST).join();

            Await.until("logged", () -> sexton.eventsOf(REGION).count() == 3);
            assertThat(sexton.eventsOf(REGION).map(logged -> logged.event().getEventCase()))
                    .containsExactly(EventCase.REGION_OPENED, EventCase.FILE_WRITTEN, EventCase.MANIFEST_EDIT);
        } finally {
            background.shutdownNow();
        }
    }
}
