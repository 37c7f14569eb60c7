package io.sexton.bench;

import io.sexton.deleter.core.Deletion;
import io.sexton.deleter.core.Expectation;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.storage.Pace;
import io.sexton.deleter.storage.RootShape;
import io.sexton.deleter.storage.s3.S3Clients;
import io.sexton.deleter.storage.s3.S3ObjectStore;
import io.sexton.deleter.storage.s3.S3Settings;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.S3Proxy;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;

/**
 * Deletes of an S3 store, as the deleter makes them (checked first, and conditional), as a ratio to a bare loop of full
 * DeleteObjects requests of the same client to the same server, which is in this process and keeps objects in memory.
 *
 * <p>Arguments: objects (20,000), rounds (5), page size (1,000), threads (4), keys a second that the server accepts for
 * deletion (0: unlimited; S3 accepts 3,500 for a prefix).
 */
public final class S3Benchmark {
    private static final String BUCKET = "bench";
    private static final int REGIONS = 10;

    private final S3Client client;
    private final S3Settings settings;
    private final int objects;
    private final int threads;

    private S3Benchmark(S3Client client, S3Settings settings, int objects, int threads) {
        this.client = client;
        this.settings = settings;
        this.objects = objects;
        this.threads = threads;
    }

    public static void main(String[] args) throws Exception {
        int objects = Arguments.number(args, 0, 20_000);
        int rounds = Arguments.number(args, 1, 5);
        int page = Arguments.number(args, 2, 1_000);
        int threads = Arguments.number(args, 3, 4);
        int keysPerSecond = Arguments.number(args, 4, 0);
        S3Proxy server = S3Proxy.builder()
                .endpoint(URI.create("http://127.0.0.1:0"))
                .blobStore(BlobStores.create("transient", new Properties()))
                .ignoreUnknownHeaders(true)
                .build();
        server.start();
        S3Settings settings = settings(URI.create("http://127.0.0.1:" + server.getPort()), page);
        try (S3Client client = S3Clients.open(
                settings,
                StaticCredentialsProvider.create(AwsBasicCredentials.create("bench", "bench")),
                new Busy(keysPerSecond))) {
            var unused = client.createBucket(request -> request.bucket(BUCKET));
            S3Benchmark benchmark = new S3Benchmark(client, settings, objects, threads);
            Ratios.compare(
                    "objects/s",
                    objects,
                    rounds,
                    "the S3 store",
                    benchmark::byStore,
                    "bare DeleteObjects",
                    benchmark::barely);
        } finally {
            server.stop();
        }
    }

    /** A delay of deletions as by a server that accepts this many keys a second. */
    private static final class Busy implements ExecutionInterceptor {
        private final Pace pace;

        Busy(int keysPerSecond) {
            pace = new Pace(
                    keysPerSecond == 0 ? OptionalDouble.empty() : OptionalDouble.of(keysPerSecond), System::nanoTime);
        }

        @Override
        public synchronized void beforeExecution(
                Context.BeforeExecution context, ExecutionAttributes executionAttributes) {
            if (context.request() instanceof DeleteObjectsRequest deletion) {
                for (Duration wait = pace.untilFree(); !wait.isZero(); wait = pace.untilFree()) {
                    LockSupport.parkNanos(wait.toNanos());
                }
                pace.take(deletion.delete().objects().size());
            }
        }
    }

    private static S3Settings settings(URI endpoint, int page) {
        return new S3Settings(
                BUCKET,
                "",
                "us-east-1",
                endpoint,
                true,
                false,
                page,
                10_000_000,
                Duration.ofSeconds(60),
                Duration.ofMillis(100),
                S3Settings.Conditional.BULK,
                S3Settings.Versions.KEEP,
                64);
    }

    private double byStore() throws Exception {
        putObjects();
        FileStore store = new FileStore(new S3ObjectStore(client, settings), RootShape.parse("{region}"));
        List<Ratios.Work> calls = new ArrayList<>();
        for (int region = 0; region < REGIONS; region++) {
            RegionRoot root = new RegionRoot(RegionId.of(name(region)), name(region));
            for (List<Integer> page : pagesOf(region)) {
                List<Deletion> deletions = page.stream()
                        .map(each -> new Deletion(FilePath.of(path(each)), new Expectation(null, 1L, null, null)))
                        .toList();
                calls.add(() ->
                        UnlinkBenchmark.requireDeleted(store.deleteMany(root, deletions, length -> Optional.empty())));
            }
        }
        return Ratios.seconds(threads, calls);
    }

    private double barely() throws Exception {
        putObjects();
        List<Ratios.Work> requests = new ArrayList<>();
        for (int region = 0; region < REGIONS; region++) {
            String prefix = name(region) + "/";
            for (List<Integer> page : pagesOf(region)) {
                List<ObjectIdentifier> keys = page.stream()
                        .map(each -> ObjectIdentifier.builder()
                                .key(prefix + path(each))
                                .build())
                        .toList();
                requests.add(() -> {
                    DeleteObjectsResponse answer = client.deleteObjects(
                            request -> request.bucket(BUCKET).delete(d -> d.objects(keys)));
                    if (answer.deleted().size() != keys.size()) {
                        throw new IllegalStateException("not deleted: " + answer.errors());
                    }
                });
            }
        }
        return Ratios.seconds(threads, requests);
    }

    private List<List<Integer>> pagesOf(int region) {
        List<List<Integer>> pages = new ArrayList<>();
        for (int object = region; object < objects; object += REGIONS) {
            if (pages.isEmpty() || pages.getLast().size() == settings.pageSize()) {
                pages.add(new ArrayList<>());
            }
            pages.getLast().add(object);
        }
        return pages;
    }

    private void putObjects() throws Exception {
        List<Ratios.Work> puts = new ArrayList<>();
        for (int object = 0; object < objects; object++) {
            String key = name(object % REGIONS) + "/" + path(object);
            puts.add(() -> client.putObject(
                    request -> request.bucket(BUCKET).key(key), RequestBody.fromBytes(new byte[] {1})));
        }
        double unused = Ratios.seconds(8, puts);
    }

    private static String name(int region) {
        return "region-" + region;
    }

    private static String path(int object) {
        return "%08d.sst".formatted(object);
    }
}
