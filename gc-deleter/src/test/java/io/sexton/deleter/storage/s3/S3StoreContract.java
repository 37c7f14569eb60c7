package io.sexton.deleter.storage.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.storage.Moved;
import io.sexton.deleter.storage.ObjectKey;
import io.sexton.deleter.storage.ObjectStore;
import io.sexton.deleter.storage.RootShape;
import io.sexton.deleter.storage.TrashContract;
import io.sexton.v1.Outcome;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** The contract on an S3 server, and what only S3 can do to a deleter. */
abstract class S3StoreContract extends TrashContract {

    private final String bucket = "b-" + UUID.randomUUID();
    private S3Client client;

    /** Returns the server, which runs for the whole class. */
    abstract S3Server server();

    @BeforeEach
    void makeBucket() {
        client = S3Clients.open(settings(), S3Server.CREDENTIALS);
        var unused = client.createBucket(request -> request.bucket(bucket));
    }

    @AfterEach
    void closeClient() {
        client.close();
    }

    /** Returns the condition that this server supports. */
    abstract S3Settings.Conditional conditional();

    /** Returns the operation that deletes. */
    private String deletion() {
        return conditional() == S3Settings.Conditional.SINGLE ? "DeleteObject" : "DeleteObjects";
    }

    final S3Settings settings() {
        return Interruption.with(
                S3Server.settings(server().endpoint(), bucket), conditional(), S3Settings.Versions.KEEP);
    }

    final S3Client client() {
        return client;
    }

    final String bucket() {
        return bucket;
    }

    @Override
    protected ObjectStore objects() {
        return new S3ObjectStore(client, settings());
    }

    @Override
    protected Optional<ObjectStore> onMissingStorage() {
        S3Settings missing = S3Server.settings(server().endpoint(), "missing-bucket");
        return Optional.of(new S3ObjectStore(client, missing));
    }

    @Override
    protected void put(String key, byte[] bytes) {
        var unused = client.putObject(request -> request.bucket(bucket).key(key), RequestBody.fromBytes(bytes));
    }

    @Override
    protected boolean holds(String key) {
        try {
            var unused = client.headObject(request -> request.bucket(bucket).key(key));
            return true;
        } catch (NoSuchKeyException e) {
            return false;
        }
    }

    /** Returns the store, with an action right before a request of that kind is sent. */
    final FileStore interruptedBefore(String operation, S3Settings settings, Runnable action) {
        S3Client interrupted = Interruption.before(operation, settings, action);
        return new FileStore(new S3ObjectStore(interrupted, settings), RootShape.parse("{region}"));
    }

    @Test
    void servesAStoreBelowAPrefix() {
        S3Settings below = Interruption.withPrefix(settings(), "data/stores");
        FileStore store = new FileStore(new S3ObjectStore(client, below), RootShape.parse("{region}"));
        put("data/stores/r1/1", 1);
        put("r1/1", 1);

        assertThat(store.deleteMany(ROOT, List.of(deletion("1"), deletion("2")), FREE))
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.DELETED, Outcome.ALREADY_ABSENT);
        assertThat(holds("r1/1")).isTrue();
        assertThat(holds("data/stores/r1/1")).isFalse();
    }

    @Test
    void findsFewFilesAmongManyThatLieBetweenThem() {
        for (int i = 0; i < 30; i++) {
            put("r1/a/%02d".formatted(i), 1);
            put("r1/b%02d".formatted(i), 1);
        }

        List<FileResult> results = store().deleteMany(
                        ROOT,
                        List.of(deletion("b29"), deletion("a/00"), deletion("a"), deletion("b"), deletion("b00x")),
                        FREE);

        assertThat(results)
                .extracting(FileResult::outcome)
                .containsExactly(
                        Outcome.DELETED,
                        Outcome.DELETED,
                        Outcome.ALREADY_ABSENT,
                        Outcome.ALREADY_ABSENT,
                        Outcome.ALREADY_ABSENT);
        assertThat(holds("r1/b00")).isTrue();
    }

    @Test
    void leavesDirectoryMarkersOutOfAListing() throws Exception {
        put("r1/", 0);
        put("r1/sub/", 0);
        put("r1/1", 1);
        List<ObjectKey> listed = new ArrayList<>();

        objects().list(ObjectKey.of("r1"), page -> page.objects().forEach(each -> listed.add(each.key())), FREE);

        assertThat(listed).containsExactly(ObjectKey.of("r1/1"));
    }

    @Test
    void keepsAFileThatAWriterReplacesBetweenCheckAndDelete() {
        put("r1/1", 5);
        put("r1/2", 5);
        FileStore store = interruptedBefore(deletion(), settings(), () -> put("r1/1", 6));

        assertThat(store.deleteMany(ROOT, List.of(deletion("1"), deletion("2")), FREE))
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.CHANGED, Outcome.DELETED);
        assertThat(facts("r1/1").sizeBytes()).isEqualTo(6);
    }

    @Test
    void keepsAFileThatAWriterReplacesWhileItIsMoved() {
        put("r1/1", 5);
        S3Settings settings = settings();
        S3Client interrupted = Interruption.before(deletion(), settings, () -> put("r1/1", 6));

        assertThat(new S3ObjectStore(interrupted, settings).move(move("r1/1", ".trash/1"), FREE))
                .isInstanceOf(Moved.Changed.class);
        assertThat(facts("r1/1").sizeBytes()).isEqualTo(6);
        assertThat(facts(".trash/1").sizeBytes()).isEqualTo(5);
    }

    /** Two deleters claim one root at once: the second's request arrives after the first's record. */
    @Test
    void neverReplacesAnObjectThatAnotherCreatesMeanwhile() throws Exception {
        S3Settings settings = settings();
        ObjectKey key = ObjectKey.of(".sexton/roots/x/.owner");
        S3Client late = Interruption.before("PutObject", settings, () -> put(key.value(), "dbA".getBytes(UTF_8)));

        assertThat(new S3ObjectStore(late, settings).create(key, "dbB".getBytes(UTF_8), FREE))
                .isFalse();
        try (InputStream in = objects().read(key)) {
            assertThat(in).hasContent("dbA");
        }
    }

    @Test
    void reportsAFileAbsentThatAnotherDeletesBetweenCheckAndDelete() {
        put("r1/1", 5);
        FileStore store = interruptedBefore(
                deletion(),
                settings(),
                () -> client.deleteObject(request -> request.bucket(bucket).key("r1/1")));

        // A server may also answer as if this request had deleted it.
        assertThat(store.deleteMany(ROOT, List.of(deletion("1")), FREE)
                        .getFirst()
                        .outcome())
                .isIn(Outcome.ALREADY_ABSENT, Outcome.DELETED);
    }
}
