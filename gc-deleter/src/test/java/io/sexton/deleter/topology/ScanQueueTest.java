package io.sexton.deleter.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.storage.MemoryObjectStore;
import io.sexton.deleter.storage.RootShape;
import io.sexton.proto.RegionId;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ScanQueueTest {

    private final FileStore store =
            new FileStore(new MemoryObjectStore(() -> Instant.EPOCH), RootShape.parse("{region}"));
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final Scans scans = new Scans();
    private final List<ScanQueue> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(ScanQueue::close);
    }

    private ScanQueue queue(int regionsAtOnce, int capacity) {
        ScanQueue queue = new ScanQueue(
                "test", Map.of("main", store), scans, new ScanQueue.Settings(regionsAtOnce, capacity), metrics);
        opened.add(queue);
        return queue;
    }

    private static RegionRoot root(String region) {
        return new RegionRoot(RegionId.of(region), region);
    }

    private double count(String result) {
        return metrics.get("sexton.deleter.scans")
                .tag("result", result)
                .counter()
                .count();
    }

    @Test
    void scansARegionThatWaitsOnceHoweverOftenItIsRequested() {
        ScanQueue queue = queue(1, 10);
        Semaphore gate = scans.hold("r0");
        queue.request("main", root("r0"));
        scans.awaitBegun("r0", 1);
        for (int i = 0; i < 3; i++) {
            queue.request("main", root("r1"));
        }
        queue.request("main", root("r2"));
        assertThat(queue.waiting()).isEqualTo(2);

        gate.release();

        scans.awaitBegun("r2", 1);
        assertThat(scans.begun("r1")).isEqualTo(1);
    }

    @Test
    void takesTheRootOfTheLatestRequest() {
        ScanQueue queue = queue(1, 10);
        Semaphore gate = scans.hold("r0");
        queue.request("main", root("r0"));
        scans.awaitBegun("r0", 1);
        queue.request("main", root("r1"));
        queue.request("main", new RegionRoot(RegionId.of("r1"), "elsewhere"));

        gate.release();

        scans.awaitBegun("r1", 1);
        assertThat(scans.roots()).containsExactly("r0", "elsewhere");
    }

    @Test
    void scansARegionAgainAndNeverTwiceAtOnceWhereItIsRequestedWhileItIsScanned() {
        ScanQueue queue = queue(2, 10);
        Semaphore gate = scans.hold("r1");
        queue.request("main", root("r1"));
        scans.awaitBegun("r1", 1);

        queue.request("main", root("r1"));
        queue.request("main", root("r2"));

        scans.awaitBegun("r2", 1);
        TestLog.await("r2 is over", () -> count("complete") == 1);
        assertThat(scans.begun("r1")).as("the first is under way").isEqualTo(1);
        assertThat(queue.waiting()).isEqualTo(1);
        gate.release(2);
        scans.awaitBegun("r1", 2);
    }

    @Test
    void scansAtMostSoManyRegionsAtOnce() {
        ScanQueue queue = queue(3, 100);
        for (int i = 0; i < 50; i++) {
            queue.request("main", root("r" + i));
        }

        TestLog.await("all are over", () -> count("complete") == 50);
        assertThat(scans.mostAtOnce()).isLessThanOrEqualTo(3);
    }

    @Test
    void dropsWhatItHasNoRoomForAndCountsIt() {
        ScanQueue queue = queue(1, 1);
        Semaphore gate = scans.hold("r0");
        queue.request("main", root("r0"));
        scans.awaitBegun("r0", 1);
        queue.request("main", root("r1"));

        queue.request("main", root("r2"));

        assertThat(count("dropped")).isEqualTo(1);
        gate.release();
        scans.awaitBegun("r1", 1);
        TestLog.await("r1 is over", () -> count("complete") == 2);
        assertThat(scans.begun("r2")).isZero();
        queue.request("main", root("r2"));
        scans.awaitBegun("r2", 1);
    }

    @Test
    void refusesAStoreThatIsNotConfiguredAndARootThatIsNoPath() {
        ScanQueue queue = queue(1, 10);

        queue.request("elsewhere", root("r1"));
        queue.request("main", new RegionRoot(RegionId.of("r1"), "../other"));

        assertThat(count("refused")).isEqualTo(2);
        assertThat(queue.waiting()).isZero();
    }

    @Test
    void goesOnAfterScansThatFail() {
        ScanQueue queue = queue(1, 10);
        scans.fail("r1", new IOException("a page is missing"));
        scans.fail("r2", new NoClassDefFoundError("Missing"));
        scans.fail("r3", new IllegalStateException("no acknowledgement"));
        for (String region : List.of("r1", "r2", "r3", "r4")) {
            queue.request("main", root(region));
        }

        TestLog.await("the last is over", () -> count("complete") == 1);
        assertThat(count("incomplete")).isEqualTo(3);
        assertThat(scans.begun("r4")).isEqualTo(1);
    }

    @Test
    void countsNamesThatNoEventCanCarry() {
        ScanQueue queue = queue(1, 10);
        queue.request("main", root("odd"));

        TestLog.await("it is over", () -> count("complete") == 1);
        assertThat(metrics.get("sexton.deleter.scans.unrepresentable.names")
                        .counter()
                        .count())
                .isEqualTo(2);
    }

    @Test
    void makesASchedulesScanOneWithARequestThatWaitsAndReturnsWhenItIsOver() throws Exception {
        ScanQueue queue = queue(1, 1);
        Semaphore gate = scans.hold("r0");
        queue.request("main", root("r0"));
        scans.awaitBegun("r0", 1);
        queue.request("main", root("r1"));
        CompletableFuture<Void> joined = new CompletableFuture<>();
        Thread schedule = inBackground(() -> queue.scan("main", root("r1")), joined);
        // It waits for nothing before it has joined the request.
        TestLog.await("the schedule waits", () -> schedule.getState() == Thread.State.WAITING);
        CompletableFuture<Void> waitsForRoom = inBackground(() -> queue.scan("main", root("r2")));
        assertThat(joined).isNotDone();

        gate.release();

        joined.join();
        waitsForRoom.join();
        assertThat(scans.begun("r1")).isEqualTo(1);
        assertThat(scans.begun("r2")).isEqualTo(1);
        assertThat(count("dropped")).as("a schedule waits").isZero();
    }

    @Test
    void endsWhatWaitsAndWhatIsUnderWay() {
        ScanQueue queue = queue(1, 10);
        scans.hold("r0");
        queue.request("main", root("r0"));
        scans.awaitBegun("r0", 1);
        CompletableFuture<Void> waits = inBackground(() -> queue.scan("main", root("r1")));
        TestLog.await("r1 waits", () -> queue.waiting() == 1);

        queue.close();

        waits.join();
        queue.request("main", root("r2"));
        assertThat(scans.begun("r1")).isZero();
        assertThat(scans.begun("r2")).isZero();
        assertThat(count("complete")).isZero();
    }

    private interface Blocking {
        void run() throws InterruptedException;
    }

    private static CompletableFuture<Void> inBackground(Blocking work) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        var unused = inBackground(work, end);
        return end;
    }

    private static Thread inBackground(Blocking work, CompletableFuture<Void> end) {
        return Thread.ofVirtual().start(() -> {
            try {
                work.run();
                end.complete(null);
            } catch (InterruptedException | RuntimeException e) {
                end.completeExceptionally(e);
            }
        });
    }

    /** In place of listings: a record of which began, some of which wait for the test or fail. */
    private static final class Scans implements ScanQueue.Scan {

        private final Map<String, Semaphore> held = new HashMap<>();
        private final Map<String, Throwable> failing = new HashMap<>();
        private final List<RegionRoot> begun = new ArrayList<>();
        private final AtomicInteger underWay = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();

        synchronized Semaphore hold(String region) {
            return held.computeIfAbsent(region, unseen -> new Semaphore(0));
        }

        synchronized void fail(String region, Throwable how) {
            failing.put(region, how);
        }

        synchronized long begun(String region) {
            return begun.stream()
                    .filter(root -> root.region().value().equals(region))
                    .count();
        }

        synchronized List<String> roots() {
            return begun.stream().map(RegionRoot::root).toList();
        }

        int mostAtOnce() {
            return most.get();
        }

        void awaitBegun(String region, int times) {
            TestLog.await("scan " + times + " of " + region, () -> begun(region) >= times);
        }

        @Override
        public RegionScanner.Scanned scan(FileStore store, RegionRoot root, CallGuard stop)
                throws IOException, InterruptedException {
            String region = root.region().value();
            Semaphore gate;
            Throwable failure;
            synchronized (this) {
                begun.add(root);
                gate = held.get(region);
                failure = failing.get(region);
            }
            most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
            try {
                if (gate != null) {
                    gate.acquire();
                }
                if (failure instanceof IOException e) {
                    throw e;
                }
                if (failure instanceof RuntimeException e) {
                    throw e;
                }
                if (failure instanceof Error e) {
                    throw e;
                }
                boolean odd = region.equals("odd");
                return new RegionScanner.Scanned(
                        1, 1, new UnrepresentableNames(odd ? 2 : 0, odd ? List.of("%FF") : List.of()));
            } finally {
                underWay.decrementAndGet();
            }
        }
    }
}
