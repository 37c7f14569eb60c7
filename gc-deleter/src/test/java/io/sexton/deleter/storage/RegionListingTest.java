package io.sexton.deleter.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.proto.RegionId;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class RegionListingTest {

    private static final CallGuard FREE = length -> Optional.empty();
    private static final RegionRoot ROOT = new RegionRoot(RegionId.of("r1"), "r1");

    private final MemoryObjectStore objects = new MemoryObjectStore(Instant::now);
    private final Set<String> put = new TreeSet<>();
    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());

    private void put(String key) {
        objects.put(ObjectKey.of(key), new byte[1], Instant.EPOCH);
        if (key.startsWith("r1/")) {
            put.add(key);
        }
    }

    private void putTree() {
        for (int i = 0; i < 20; i++) {
            put("r1/" + i);
            for (int j = 0; j < 5; j++) {
                put("r1/d" + i + "/" + j);
                put("r1/d" + i + "/deep/" + j);
            }
        }
        put("r2/1");
    }

    private static Pace unlimited() {
        return new Pace(OptionalDouble.empty(), System::nanoTime);
    }

    private RegionListing listing(ObjectStore store, int parallel) {
        return new RegionListing(store, ROOT, parallel, unlimited());
    }

    private void take(ListingPage page) {
        page.objects().forEach(each -> seen.add(each.key().value()));
    }

    @Test
    void listsEachFileOfTheTreeOnceWhateverTheNumberOfThreads() throws Exception {
        putTree();
        for (int parallel : List.of(1, 4, 64)) {
            seen.clear();
            listing(objects, parallel).run(this::take, FREE);
            assertThat(seen).containsExactlyInAnyOrderElementsOf(put);
        }
    }

    @Test
    void isIncompleteAfterAFailedPageAndResumesThere() throws Exception {
        putTree();
        FailingListings failing = new FailingListings(objects, new Random(7));
        RegionListing listing = listing(failing, 4);
        int failures = 0;
        while (true) {
            try {
                listing.run(this::take, FREE);
                break;
            } catch (StorageProblemException e) {
                assertThat(e.detail()).contains("a page is missing");
                failures++;
            }
        }
        assertThat(failures).isPositive();
        assertThat(new TreeSet<>(seen)).isEqualTo(put);
        assertThat(failing.completed)
                .as("no directory was listed again once it was done")
                .allSatisfy((key, times) -> assertThat(times).isEqualTo(1));
    }

    @Test
    void endsWhenTheGuardRefuses() {
        putTree();
        assertThatThrownBy(() -> listing(objects, 4)
                        .run(this::take, length -> Optional.of("another client requests the region")))
                .isInstanceOf(StorageProblemException.class)
                .hasMessageContaining("another client requests the region");
    }

    @Test
    void failsWhereTheSinkFails() {
        putTree();
        assertThatThrownBy(() -> listing(objects, 4)
                        .run(
                                page -> {
                                    throw new InterruptedException("enough");
                                },
                                FREE))
                .isInstanceOf(InterruptedException.class);
    }

    @Test
    void findsTheRootsOfRegionsByTheShape() throws Exception {
        for (String key : List.of("t1/region-a/1", "t2/region-b/x/1", "t2/other/1", ".trash/region-c/1", "file")) {
            objects.put(ObjectKey.of(key), new byte[1], Instant.EPOCH);
        }
        FileStore store = new FileStore(objects, RootShape.parse("*/region-{region}"));

        assertThat(store.roots(FREE))
                .containsExactlyInAnyOrder(
                        new RegionRoot(RegionId.of("a"), "t1/region-a"),
                        new RegionRoot(RegionId.of("b"), "t2/region-b"));
        assertThat(store.rootOf(RegionId.of("a"))).isEmpty();
        assertThat(new FileStore(objects, RootShape.parse("data/{region}")).rootOf(RegionId.of("a")))
                .contains(new RegionRoot(RegionId.of("a"), "data/a"));
        Roots exclusive = Roots.exclusive(List.of(RootShape.parse("*")));
        assertThat(new FileStore(objects, StoreRules.withoutFloors(exclusive), null).roots(FREE))
                .isEmpty();
    }

    @Test
    void listsNoRootThatIsNotTheRegionsOwn() {
        FileStore store = new FileStore(objects, RootShape.parse("{region}"));

        assertThatThrownBy(() -> store.listing(new RegionRoot(ROOT.region(), ".trash"), 1, unlimited()))
                .isInstanceOfSatisfying(
                        StorageProblemException.class,
                        e -> assertThat(e.kind()).isEqualTo(StorageProblemException.Kind.REFUSED));
    }

    /** A store of which every other listing fails, after it has passed on its entries. */
    private static final class FailingListings implements ObjectStore {

        private final ObjectStore store;
        private final Random random;
        private final Map<ObjectKey, Integer> completed = new HashMap<>();

        private FailingListings(ObjectStore store, Random random) {
            this.store = store;
            this.random = random;
        }

        @Override
        public void list(ObjectKey directory, ListingSink sink, CallGuard guard)
                throws StorageProblemException, InterruptedException {
            store.list(directory, sink, guard);
            synchronized (this) {
                if (random.nextBoolean()) {
                    throw StorageProblemException.unknown("a page is missing");
                }
                completed.merge(directory, 1, Integer::sum);
            }
        }

        @Override
        public Lookup stat(ObjectKey key) {
            return store.stat(key);
        }

        @Override
        public List<FileResult> deleteMany(List<ObjectDeletion> deletions, CallGuard guard) {
            throw new AssertionError("a listing deletes nothing");
        }

        @Override
        public Moved move(ObjectMove move, CallGuard guard) {
            throw new AssertionError("a listing moves nothing");
        }

        @Override
        public void prune(ObjectKey directory) {
            throw new AssertionError("a listing prunes nothing");
        }

        @Override
        public boolean create(ObjectKey key, byte[] content, CallGuard guard) {
            throw new AssertionError("a listing creates nothing");
        }

        @Override
        public InputStream read(ObjectKey key) {
            throw new AssertionError("a listing reads nothing");
        }

        @Override
        public void write(ObjectKey key, long sizeBytes, InputStream content) {
            throw new AssertionError("a listing writes nothing");
        }
    }
}
