package io.sexton.deleter.topology;

import io.sexton.deleter.core.Lease;
import io.sexton.proto.RegionId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Locks that several deleters of one test share: one holder a region, granted by another thread, never expired. */
final class FreeLocks implements RegionLocking, AutoCloseable {

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<RegionId, Semaphore> regions = new HashMap<>();
    private final AtomicLong tokens = new AtomicLong();
    private final AtomicInteger requests = new AtomicInteger();
    private final CountDownLatch open;

    /** @param open no lock is granted before it has counted down */
    FreeLocks(CountDownLatch open) {
        this.open = open;
    }

    /** Returns the number of requests for a lock. */
    int requests() {
        return requests.get();
    }

    @Override
    public Request acquire(RegionId region, Listener listener) {
        requests.incrementAndGet();
        Semaphore free = semaphore(region);
        AtomicBoolean released = new AtomicBoolean();
        AtomicBoolean held = new AtomicBoolean();
        threads.execute(() -> {
            try {
                open.await();
                free.acquire();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            held.set(true);
            if (released.get()) {
                giveBack(free, held);
            } else {
                listener.granted(lease());
            }
        });
        return () -> {
            released.set(true);
            giveBack(free, held);
        };
    }

    private static void giveBack(Semaphore free, AtomicBoolean held) {
        if (held.compareAndSet(true, false)) {
            free.release();
        }
    }

    private Lease lease() {
        long token = tokens.incrementAndGet();
        return new Lease() {
            @Override
            public long token() {
                return token;
            }

            @Override
            public boolean outlasts(Duration length) {
                return true;
            }
        };
    }

    private synchronized Semaphore semaphore(RegionId region) {
        return regions.computeIfAbsent(region, id -> new Semaphore(1));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
