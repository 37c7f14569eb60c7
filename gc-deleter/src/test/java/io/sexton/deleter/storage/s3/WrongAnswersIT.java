package io.sexton.deleter.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.Expectation;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.storage.Lookup;
import io.sexton.deleter.storage.Moved;
import io.sexton.deleter.storage.ObjectDeletion;
import io.sexton.deleter.storage.ObjectKey;
import io.sexton.deleter.storage.ObjectMove;
import io.sexton.deleter.storage.StorageProblemException;
import io.sexton.v1.Outcome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** Wrong responses of the storage: none counts as absence, and once it recovers, the work is completed (I5, I6). */
@Tag("long")
final class WrongAnswersIT {

    private static final Expectation ANYTHING = new Expectation(null, null, null, null);
    private static final CallGuard FREE = length -> Optional.empty();
    /** A short time-out; it delays a test only where a response never comes. */
    private static final Duration HASTE = Duration.ofMillis(400);

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int FOR_EVER = Integer.MAX_VALUE;

    private static S3Server server;

    private final String bucket = "b-" + UUID.randomUUID();
    private FaultyProxy proxy;
    private S3Client direct;
    private S3Client hasty;
    private S3Client slowClient;
    private S3Settings settings;

    @BeforeAll
    static void startServer() {
        server = S3Server.s3Proxy();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void start() {
        proxy = new FaultyProxy(server.endpoint());
        direct = S3Clients.open(S3Server.settings(server.endpoint(), bucket), S3Server.CREDENTIALS);
        var unused = direct.createBucket(request -> request.bucket(bucket));
        S3Settings usual = S3Server.settings(proxy.endpoint(), bucket);
        settings = new S3Settings(
                bucket,
                "",
                usual.region(),
                usual.endpoint(),
                true,
                false,
                usual.pageSize(),
                usual.keysPerSecond(),
                TIMEOUT,
                Duration.ofMillis(1),
                S3Settings.Conditional.BULK,
                S3Settings.Versions.KEEP,
                8);
        hasty = S3Clients.open(Interruption.withTimeout(settings, HASTE), S3Server.CREDENTIALS);
        slowClient = S3Clients.open(settings, S3Server.CREDENTIALS);
    }

    @AfterEach
    void stop() {
        hasty.close();
        slowClient.close();
        direct.close();
        proxy.close();
    }

    /** Returns a store with short time-outs for the fault. */
    private S3ObjectStore store(FaultyProxy.Fault fault) {
        return switch (fault) {
            case TIMEOUT, AFTER_TIMEOUT -> new S3ObjectStore(hasty, Interruption.withTimeout(settings, HASTE));
            case NO_SUCH_BUCKET,
                    PLAIN_NOT_FOUND,
                    FORBIDDEN,
                    INTERNAL_ERROR,
                    SLOW_DOWN,
                    RESET,
                    OTHER_PAGE,
                    EMPTY_ANSWER,
                    AFTER_RESET,
                    AFTER_HALF_A_RESPONSE,
                    AFTER_MALFORMED_XML,
                    AFTER_INTERNAL_ERROR -> recovered();
        };
    }

    private S3ObjectStore recovered() {
        return new S3ObjectStore(slowClient, settings);
    }

    private void put(String key) {
        var unused = direct.putObject(request -> request.bucket(bucket).key(key), RequestBody.fromString("12345"));
    }

    private boolean holds(String key) {
        try {
            var unused = direct.headObject(request -> request.bucket(bucket).key(key));
            return true;
        } catch (NoSuchKeyException e) {
            return false;
        }
    }

    private static ObjectDeletion deletion(String key) {
        return new ObjectDeletion(ObjectKey.of(key), ANYTHING);
    }

    private static final List<ObjectDeletion> GARBAGE = List.of(deletion("r1/1"), deletion("r1/2"), deletion("r1/3"));

    private void putGarbage() {
        GARBAGE.forEach(each -> put(each.key().value()));
    }

    @ParameterizedTest
    @EnumSource
    void statMany(FaultyProxy.Fault fault) {
        putGarbage();
        proxy.fail(FaultyProxy.Operation.LIST, fault, FOR_EVER);

        assertThat(store(fault).stat(ObjectKey.of("r1/1"))).isInstanceOf(Lookup.Unknown.class);
        assertThat(store(fault).stat(ObjectKey.of("r1/absent"))).isInstanceOf(Lookup.Unknown.class);
        assertThat(store(fault).deleteMany(GARBAGE, FREE))
                .extracting(FileResult::outcome)
                .containsOnly(Outcome.FAILED_RETRYABLE);
        assertThat(store(fault)
                        .statMany(GARBAGE.stream().map(ObjectDeletion::key).toList(), FREE))
                .hasSameSizeAs(GARBAGE)
                .allMatch(Lookup.Unknown.class::isInstance);
        assertThat(GARBAGE).allMatch(each -> holds(each.key().value()));
        assertThat(proxy.faults()).isPositive();

        finishesAfterRecovery();
    }

    @ParameterizedTest
    @EnumSource
    void deletingInBulk(FaultyProxy.Fault fault) {
        putGarbage();
        proxy.fail(FaultyProxy.Operation.BULK_DELETE, fault, FOR_EVER);

        List<FileResult> results = store(fault).deleteMany(GARBAGE, FREE);

        assertThat(proxy.faults()).isPositive();
        for (int i = 0; i < GARBAGE.size(); i++) {
            boolean gone = !holds(GARBAGE.get(i).key().value());
            // A listing reports it absent after the server has deleted it and its response was lost.
            assertThat(results.get(i).outcome()).isEqualTo(gone ? Outcome.ALREADY_ABSENT : Outcome.FAILED_RETRYABLE);
            assertThat(results.get(i).detail()).isNotEmpty();
        }
        finishesAfterRecovery();
    }

    @ParameterizedTest
    @EnumSource
    void deletingInBulkWithAFaultThatPasses(FaultyProxy.Fault fault) {
        putGarbage();
        proxy.fail(FaultyProxy.Operation.BULK_DELETE, fault, 2);

        assertThat(store(fault).deleteMany(GARBAGE, FREE))
                .extracting(FileResult::outcome)
                .containsOnly(
                        switch (fault) {
                            case AFTER_RESET,
                                    AFTER_TIMEOUT,
                                    AFTER_HALF_A_RESPONSE,
                                    AFTER_MALFORMED_XML,
                                    AFTER_INTERNAL_ERROR -> Outcome.ALREADY_ABSENT;
                            case NO_SUCH_BUCKET,
                                    PLAIN_NOT_FOUND,
                                    FORBIDDEN,
                                    INTERNAL_ERROR,
                                    SLOW_DOWN,
                                    RESET,
                                    TIMEOUT,
                                    OTHER_PAGE,
                                    EMPTY_ANSWER -> Outcome.DELETED;
                        });
        assertThat(GARBAGE).noneMatch(each -> holds(each.key().value()));
    }

    @ParameterizedTest
    @EnumSource
    void deletingOneByOne(FaultyProxy.Fault fault) {
        settings = Interruption.with(settings, S3Settings.Conditional.SINGLE, S3Settings.Versions.KEEP);
        putGarbage();
        proxy.fail(FaultyProxy.Operation.DELETE, fault, FOR_EVER);

        List<FileResult> results = store(fault).deleteMany(GARBAGE, FREE);

        assertThat(proxy.faults()).isPositive();
        for (int i = 0; i < GARBAGE.size(); i++) {
            boolean gone = !holds(GARBAGE.get(i).key().value());
            // A delete with a complete response of the server, except the body, counts; one of another server does not.
            assertThat(results.get(i).outcome())
                    .isIn(gone ? List.of(Outcome.DELETED, Outcome.ALREADY_ABSENT) : List.of(Outcome.FAILED_RETRYABLE));
        }
        finishesAfterRecovery();
    }

    @ParameterizedTest
    @EnumSource
    void copying(FaultyProxy.Fault fault) {
        put("r1/1");
        ObjectMove move = new ObjectMove(ObjectKey.of("r1/1"), ANYTHING, ObjectKey.of(".trash/c/r1/1"), true);
        proxy.fail(FaultyProxy.Operation.COPY, fault, FOR_EVER);

        Moved moved = store(fault).move(move, FREE);

        assertThat(proxy.faults()).isPositive();
        assertThat(moved).isInstanceOf(Moved.Unknown.class);
        assertThat(holds("r1/1")).as("nothing is lost").isTrue();
        proxy.recover();
        assertThat(recovered().move(move, FREE)).isEqualTo(new Moved.Done(5));
        assertThat(holds("r1/1")).isFalse();
        assertThat(holds(".trash/c/r1/1")).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void deletingTheOriginalOfACopy(FaultyProxy.Fault fault) {
        put("r1/1");
        ObjectMove move = new ObjectMove(ObjectKey.of("r1/1"), ANYTHING, ObjectKey.of(".trash/c/r1/1"), true);
        proxy.fail(FaultyProxy.Operation.BULK_DELETE, fault, FOR_EVER);

        Moved moved = store(fault).move(move, FREE);

        assertThat(moved).isInstanceOf(holds("r1/1") ? Moved.Unknown.class : Moved.Done.class);
        assertThat(holds(".trash/c/r1/1")).isTrue();
        proxy.recover();
        assertThat(recovered().move(move, FREE)).isInstanceOfAny(Moved.Done.class, Moved.Absent.class);
        assertThat(holds("r1/1")).isFalse();
        assertThat(holds(".trash/c/r1/1")).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void listing(FaultyProxy.Fault fault) throws Exception {
        putGarbage();
        proxy.fail(FaultyProxy.Operation.LIST, fault, FOR_EVER);

        assertThatThrownBy(() -> store(fault).list(ObjectKey.of("r1"), page -> {}, FREE))
                .isInstanceOfSatisfying(
                        StorageProblemException.class,
                        e -> assertThat(e.kind()).isEqualTo(StorageProblemException.Kind.UNKNOWN));

        proxy.recover();
        List<ObjectKey> listed = new ArrayList<>();
        recovered().list(ObjectKey.of("r1"), page -> page.objects().forEach(each -> listed.add(each.key())), FREE);
        assertThat(listed).hasSize(GARBAGE.size());
    }

    @ParameterizedTest
    @EnumSource
    void reading(FaultyProxy.Fault fault) {
        put("r1/1");
        proxy.fail(FaultyProxy.Operation.GET, fault, FOR_EVER);

        try (InputStream in = store(fault).read(ObjectKey.of("r1/1"))) {
            // The bytes may be another server's, or truncated: a copy verifies length and checksum.
            byte[] read = in.readAllBytes();
            assertThat(fault)
                    .isIn(
                            FaultyProxy.Fault.OTHER_PAGE,
                            FaultyProxy.Fault.EMPTY_ANSWER,
                            FaultyProxy.Fault.AFTER_MALFORMED_XML);
            assertThat(read).isNotEqualTo("12345".getBytes(StandardCharsets.UTF_8));
        } catch (StorageProblemException e) {
            assertThat(e.kind()).isEqualTo(StorageProblemException.Kind.UNKNOWN);
        } catch (IOException e) {
            assertThat(fault).isEqualTo(FaultyProxy.Fault.AFTER_HALF_A_RESPONSE);
        }
        assertThat(proxy.faults()).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void writing(FaultyProxy.Fault fault) throws Exception {
        proxy.fail(FaultyProxy.Operation.PUT, fault, FOR_EVER);
        byte[] bytes = {1, 2, 3};

        boolean threw = false;
        try {
            store(fault).write(ObjectKey.of("a/1"), bytes.length, new ByteArrayInputStream(bytes));
        } catch (StorageProblemException e) {
            threw = true;
        }

        // A put that succeeds is a bare 200 with an etag: without one it is no success.
        assertThat(threw || holds("a/1")).isTrue();
        proxy.recover();
        recovered().write(ObjectKey.of("a/1"), bytes.length, new ByteArrayInputStream(bytes));
        assertThat(holds("a/1")).isTrue();
    }

    private void finishesAfterRecovery() {
        proxy.recover();
        assertThat(recovered().deleteMany(GARBAGE, FREE))
                .extracting(FileResult::outcome)
                .isSubsetOf(Outcome.DELETED, Outcome.ALREADY_ABSENT);
        assertThat(GARBAGE).noneMatch(each -> holds(each.key().value()));
    }
}
