package io.sexton.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.broker.EmbeddedBroker;
import io.sexton.cli.TopicContents;
import io.sexton.client.SextonClient;
import io.sexton.proto.Topics;
import io.sexton.v1.Policy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two of each service side by side: whichever is killed in the middle of the work, and whatever the broker does, all
 * garbage goes (I6) and nothing live goes (I1).
 */
@Tag("long")
final class KilledProcessesIT {
    private static final int REGIONS = 6;
    private static final Duration BETWEEN = Duration.ofSeconds(4);

    @TempDir
    private Path dir;

    private final EmbeddedBroker broker = EmbeddedBroker.startTemporary();

    @AfterEach
    void stopBroker() {
        broker.close();
    }

    @Test
    void everyProcessIsKilledOnceAndTheBrokerRestartsAndStillTheStoreHasExactlyWhatIsLive() throws Exception {
        Path store = Files.createDirectories(dir.resolve("store"));
        List<String> instances =
                List.of("streams-1", "streams-2", "coordinator-1", "coordinator-2", "deleter-1", "deleter-2");
        try (Deployment deployment = new Deployment(dir, broker.bootstrapServers(), Map.of("main", store));
                SextonClient client = SextonClient.builder(broker.bootstrapServers())
                        .name("database")
                        .build()) {
            deployment.makeTopics(4);
            instances.forEach(instance -> deployment.start(serviceOf(instance), instance));
            deployment.awaitReady(instances.toArray(String[]::new));
            client.operator().setPolicy("", shortLingers());
            List<FileDatabase> regions = new ArrayList<>();
            for (int i = 0; i < REGIONS; i++) {
                regions.add(FileDatabase.open(client, "main", store, "region-" + i, i));
            }

            AtomicBoolean stop = new AtomicBoolean();
            List<CompletableFuture<Void>> load = regions.stream()
                    .map(region -> CompletableFuture.runAsync(() -> compactUntil(stop, region)))
                    .toList();
            for (String instance : List.of("deleter-1", "streams-1", "coordinator-1", "streams-2", "deleter-2")) {
                work(load);
                deployment.kill(instance);
                work(load);
                deployment.start(serviceOf(instance), instance);
            }
            work(load);
            broker.restart();
            work(load);
            deployment.kill("coordinator-2");
            work(load);
            stop.set(true);
            load.forEach(CompletableFuture::join);
            deployment.start("coordinator", "coordinator-2");

            for (FileDatabase region : regions) {
                deployment.await("the store has exactly what is live", region::isClean);
            }
            instances.forEach(deployment::requireAlive);
            assertThat(regions).allSatisfy(region -> assertThat(region.made()).isGreaterThan(20));
            assertThat(TopicContents.of(broker.bootstrapServers(), Topics.DEAD_LETTERS))
                    .isEmpty();
            regions.forEach(FileDatabase::close);
        }
    }

    private static String serviceOf(String instance) {
        return instance.substring(0, instance.indexOf('-'));
    }

    private static Policy shortLingers() {
        var second = com.google.protobuf.Duration.newBuilder().setSeconds(1);
        return Policy.newBuilder()
                .setObsoleteLinger(second)
                .setTempLinger(second)
                .build();
    }

    private static void compactUntil(AtomicBoolean stop, FileDatabase region) {
        try {
            while (!stop.get()) {
                region.compact();
                Thread.sleep(200);
            }
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    /** Lets the databases and the services work for a while. */
    private static void work(List<CompletableFuture<Void>> load) throws InterruptedException {
        Thread.sleep(BETWEEN.toMillis());
        load.stream().filter(CompletableFuture::isCompletedExceptionally).forEach(CompletableFuture::join);
    }
}
