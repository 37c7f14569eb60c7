package io.sexton.deleter.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.deleter.archive.CopyArchiver;
import io.sexton.deleter.core.Deletion;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.Treatment;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.storage.MemoryObjectStore;
import io.sexton.deleter.storage.Moved;
import io.sexton.deleter.storage.ObjectStore;
import io.sexton.deleter.storage.RootShape;
import io.sexton.v1.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;

/** S3Proxy, which supports etags in bulk requests, and has versions. */
final class S3ProxyStoreIT extends S3StoreContract {

    private static S3Server server;

    @BeforeAll
    static void start() {
        server = S3Server.s3Proxy();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    S3Server server() {
        return server;
    }

    @Override
    S3Settings.Conditional conditional() {
        return S3Settings.Conditional.BULK;
    }

    @Test
    void listsOnceForSeveralPagesIfDeletesAreConditional() {
        assertThat(listingsFor(25, S3Settings.Conditional.BULK)).isEqualTo(1);
        assertThat(listingsFor(25, S3Settings.Conditional.NONE)).isEqualTo(3);
    }

    /** Deletes that number of files, ten a page; returns the number of listings. */
    private int listingsFor(int files, S3Settings.Conditional conditional) {
        List<Deletion> garbage = new ArrayList<>();
        for (int i = 0; i < files; i++) {
            put("r1/%02d".formatted(i), 1);
            garbage.add(deletion("%02d".formatted(i)));
        }
        AtomicInteger listings = new AtomicInteger();
        S3Settings settings = Interruption.withPageSize(settings(), 10, conditional);

        assertThat(interruptedBefore("ListObjectsV2", settings, listings::incrementAndGet)
                        .deleteMany(ROOT, garbage, FREE))
                .hasSize(files)
                .extracting(FileResult::outcome)
                .containsOnly(Outcome.DELETED);
        return listings.get();
    }

    @Test
    void listsOnceForAllFilesOfADryRunAndOfAnArchive() {
        List<Deletion> garbage = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            put("r1/%02d".formatted(i), 1);
            garbage.add(deletion("%02d".formatted(i)));
        }
        AtomicInteger listings = new AtomicInteger();
        S3Client counting = Interruption.before("ListObjectsV2", settings(), listings::incrementAndGet);
        MemoryObjectStore archive = new MemoryObjectStore(Instant::now);
        FileStore store = new FileStore(
                new S3ObjectStore(counting, settings()),
                RootShape.parse("{region}"),
                FileStore.DEFAULT_TRASH_RETENTION,
                new CopyArchiver(archive));

        assertThat(store.treat(ROOT, garbage, new Treatment.DryRun(), FREE))
                .extracting(FileResult::outcome)
                .containsOnly(Outcome.WOULD_DELETE);
        assertThat(listings).hasValue(1);
        Treatment.CommandName command = new Treatment.CommandName("0-9-0", Instant.EPOCH);
        assertThat(store.treat(ROOT, garbage, new Treatment.Archive(command), FREE))
                .extracting(FileResult::outcome)
                .containsOnly(Outcome.ARCHIVED);

        assertThat(listings)
                .as("one more, and one for the deletes of each 1, 2, 4, 8 and 10 files")
                .hasValue(7);
        assertThat(archive.keys()).hasSize(25);
    }

    @Test
    void keepsWhatIsWrittenAgainBetweenTwoPages() {
        put("r1/1", 1);
        put("r1/2", 1);
        AtomicInteger requests = new AtomicInteger();
        FileStore store = interruptedBefore(
                "DeleteObjects", Interruption.withPageSize(settings(), 1, S3Settings.Conditional.BULK), () -> {
                    if (requests.incrementAndGet() == 2) {
                        put("r1/2", 2);
                    }
                });

        assertThat(store.deleteMany(ROOT, List.of(deletion("1"), deletion("2")), FREE))
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.DELETED, Outcome.CHANGED);
        assertThat(holds("r1/2")).isTrue();
    }

    private void enableVersions() {
        var unused = client().putBucketVersioning(request -> request.bucket(bucket())
                .versioningConfiguration(versioning -> versioning.status(BucketVersioningStatus.ENABLED)));
    }

    private long versionsOf(String key) {
        ListObjectVersionsResponse versions =
                client().listObjectVersions(request -> request.bucket(bucket()).prefix(key));
        return versions.versions().stream()
                        .filter(version -> version.key().equals(key))
                        .count()
                + versions.deleteMarkers().stream()
                        .filter(marker -> marker.key().equals(key))
                        .count();
    }

    @Test
    void keepsVersionsBelowAMarkerByDefault() {
        enableVersions();
        put("r1/1", 5);
        put("r1/1", 6);

        assertThat(delete(deletion("1"))).isEqualTo(new FileResult(Outcome.DELETED, "", 6));

        assertThat(delete(deletion("1")).outcome()).isEqualTo(Outcome.ALREADY_ABSENT);
        assertThat(versionsOf("r1/1")).isEqualTo(3);
    }

    @Test
    void purgesAllVersionsIfConfigured() {
        enableVersions();
        S3Settings purging = Interruption.with(settings(), S3Settings.Conditional.BULK, S3Settings.Versions.PURGE);
        FileStore store = new FileStore(new S3ObjectStore(client(), purging), RootShape.parse("{region}"));
        put("r1/1", 5);
        put("r1/1", 6);
        put("r1/11", 7);

        assertThat(store.deleteMany(ROOT, List.of(deletion("1")), FREE)
                        .getFirst()
                        .outcome())
                .isEqualTo(Outcome.DELETED);

        assertThat(versionsOf("r1/1")).isZero();
        assertThat(versionsOf("r1/11")).isEqualTo(1);
    }

    @Test
    void purgesTheVersionsOfMovedObjectsIfConfigured() {
        enableVersions();
        S3Settings purging = Interruption.with(settings(), S3Settings.Conditional.BULK, S3Settings.Versions.PURGE);
        ObjectStore store = new S3ObjectStore(client(), purging);
        put("r1/1", 5);
        put("r1/1", 6);

        assertThat(store.move(move("r1/1", ".trash/1"), FREE)).isEqualTo(new Moved.Done(6));

        assertThat(versionsOf("r1/1")).isZero();
        assertThat(versionsOf(".trash/1")).isEqualTo(1);
    }

    @Test
    void purgesWhatACrashLeftBelowAMarkerOfWhatItHasMoved() {
        enableVersions();
        put("r1/1", 5);
        assertThat(objects().move(move("r1/1", ".trash/1"), FREE)).isEqualTo(new Moved.Done(5));
        assertThat(versionsOf("r1/1")).isEqualTo(2);
        S3Settings purging = Interruption.with(settings(), S3Settings.Conditional.BULK, S3Settings.Versions.PURGE);

        assertThat(new S3ObjectStore(client(), purging).move(move("r1/1", ".trash/1"), FREE))
                .isInstanceOf(Moved.Absent.class);

        assertThat(versionsOf("r1/1")).isZero();
        assertThat(versionsOf(".trash/1")).isEqualTo(1);
    }

    @Test
    void purgesWhatACrashLeftBelowAMarker() {
        enableVersions();
        put("r1/1", 5);
        assertThat(delete(deletion("1")).outcome()).isEqualTo(Outcome.DELETED);
        S3Settings purging = Interruption.with(settings(), S3Settings.Conditional.BULK, S3Settings.Versions.PURGE);
        FileStore store = new FileStore(new S3ObjectStore(client(), purging), RootShape.parse("{region}"));

        assertThat(store.deleteMany(ROOT, List.of(deletion("1")), FREE)
                        .getFirst()
                        .outcome())
                .isEqualTo(Outcome.ALREADY_ABSENT);
        assertThat(versionsOf("r1/1")).isZero();
    }

    @Test
    void purgesNothingBelowAKeyThatIsWrittenAgain() {
        enableVersions();
        put("r1/1", 5);
        S3Settings purging = Interruption.with(settings(), S3Settings.Conditional.BULK, S3Settings.Versions.PURGE);
        FileStore store = interruptedBefore("ListObjectVersions", purging, () -> put("r1/1", 6));

        assertThat(store.deleteMany(ROOT, List.of(deletion("1")), FREE)
                        .getFirst()
                        .outcome())
                .isEqualTo(Outcome.DELETED);
        assertThat(facts("r1/1").sizeBytes()).isEqualTo(6);
        assertThat(versionsOf("r1/1")).isEqualTo(3);
    }
}
