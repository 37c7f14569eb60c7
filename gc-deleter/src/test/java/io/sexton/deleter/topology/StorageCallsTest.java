package io.sexton.deleter.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.Deletion;
import io.sexton.deleter.core.Expectation;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.Floors;
import io.sexton.deleter.core.Lease;
import io.sexton.deleter.core.LockTicket;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.core.StorageCall;
import io.sexton.deleter.core.Treatment;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.storage.ForwardingObjectStore;
import io.sexton.deleter.storage.MemoryObjectStore;
import io.sexton.deleter.storage.ObjectDeletion;
import io.sexton.deleter.storage.RootShape;
import io.sexton.deleter.storage.Roots;
import io.sexton.deleter.storage.StoreRules;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.v1.Outcome;
import io.sexton.v1.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class StorageCallsTest {

    private static final RegionId REGION = RegionId.of("r1");

    @Test
    void answersForEachFileWhateverTheStoreThrows() {
        for (Throwable failure : List.of(
                new IllegalStateException("bug"),
                new NoClassDefFoundError("Missing"),
                new StackOverflowError("deep"))) {
            FileStore store = new FileStore(new Failing(failure), RootShape.parse("{region}"));
            StorageCalls calls = new StorageCalls(Map.of("main", store), new DeleterMetrics(new SimpleMeterRegistry()));

            List<FileResult> results = calls.make(call("1", "2"), length -> Optional.empty());

            assertThat(results).hasSize(2).allSatisfy(result -> {
                assertThat(result.outcome()).isEqualTo(Outcome.FAILED_RETRYABLE);
                assertThat(result.detail()).contains(String.valueOf(failure.getMessage()));
            });
        }
    }

    @Test
    void countsFilesThatStayBecauseOfAFloor() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        StoreRules rules = StoreRules.withoutFloors(Roots.named(RootShape.parse("{region}")))
                .withFloors(new Floors(Map.of(Reason.ORPHAN, Duration.ofMinutes(10)), Duration.ZERO));
        FileStore store = new FileStore(new MemoryObjectStore(() -> Instant.EPOCH), rules, null);
        StorageCalls calls = new StorageCalls(Map.of("main", store), new DeleterMetrics(registry));

        assertThat(calls.make(call("1", "2"), length -> Optional.empty()))
                .extracting(FileResult::outcome)
                .containsOnly(Outcome.FAILED_RETRYABLE);

        assertThat(registry.get("sexton.deleter.below.floor")
                        .tag("floor", "minimum-linger")
                        .counter()
                        .count())
                .isEqualTo(2);
        assertThat(registry.get("sexton.deleter.below.floor")
                        .tag("floor", "minimum-age")
                        .counter()
                        .count())
                .isZero();
    }

    private static StorageCall call(String... paths) {
        List<Deletion> files = List.of(paths).stream()
                .map(path -> new Deletion(FilePath.of(path), new Expectation(null, null, null, null)))
                .toList();
        return new StorageCall(
                1,
                0,
                new LockTicket(REGION, 1),
                new Endless(),
                "main",
                new RegionRoot(REGION, "r1"),
                new Treatment.Delete(),
                files);
    }

    private record Endless() implements Lease {
        @Override
        public long token() {
            return 1;
        }

        @Override
        public boolean outlasts(Duration length) {
            return true;
        }
    }

    /** Fails in a way in which no store should. */
    private static final class Failing extends ForwardingObjectStore {
        private final Throwable failure;

        Failing(Throwable failure) {
            super(new MemoryObjectStore(Instant::now));
            this.failure = failure;
        }

        @Override
        public List<FileResult> deleteMany(List<ObjectDeletion> objects, CallGuard guard) {
            if (failure instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) failure;
        }
    }
}
