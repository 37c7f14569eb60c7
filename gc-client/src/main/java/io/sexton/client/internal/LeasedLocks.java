package io.sexton.client.internal;

import io.sexton.client.LockUnavailableException;
import io.sexton.client.locks.LockClient;
import io.sexton.client.locks.LockOptions;
import io.sexton.client.locks.RegionLock;
import io.sexton.client.locks.RegionLocks;
import io.sexton.client.spi.ClientPorts;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The client of the lock-coordinator. Safe for use by any thread. */
public final class LeasedLocks implements LockClient {

    private final LockParts parts;
    private final Set<LeasedLock> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    LeasedLocks(LockParts parts) {
        this.parts = parts;
    }

    /** Returns a client whose locks are owned by this process start. */
    public static LeasedLocks of(ClientPorts ports, ClientParts parts) {
        LockRouter router = new LockRouter(ports.processId(), sink -> ports.answers(Topics.LOCK_EVENTS, sink));
        return new LeasedLocks(new LockParts(
                ports.processId(), ports.log(), router, parts.ids(), parts.threads(), parts.answerTimeout()));
    }

    @Override
    public String owner() {
        return parts.owner();
    }

    @Override
    public RegionLock acquire(RegionId region, LockOptions options) throws InterruptedException {
        LeasedLock lock = lock(region, options);
        boolean held = false;
        try {
            Futures.await(lock.acquire());
            held = true;
            return lock;
        } finally {
            if (!held) {
                lock.close();
            }
        }
    }

    @Override
    public CompletableFuture<RegionLock> acquireAsync(RegionId region, LockOptions options) {
        LeasedLock lock = lock(region, options);
        // WARNING: failures are reported by the executor, too. A rejection is processed under the lock's monitor; a
        // callback that ran there and waited for another lock could deadlock.
        CompletableFuture<RegionLock> result =
                Futures.completedBy(parts.threads().callbacks(), Futures.map(lock.acquire(), held -> held));
        Futures.whenDone(result, held -> {}, failure -> lock.close());
        return result;
    }

    @Override
    public RegionLocks acquireAll(Collection<RegionId> regions, LockOptions options) throws InterruptedException {
        List<RegionLock> taken = new ArrayList<>();
        boolean complete = false;
        try {
            for (RegionId region : new TreeSet<>(regions)) {
                taken.add(acquire(region, options));
            }
            RegionLocks all = allHeld(taken);
            complete = true;
            return all;
        } finally {
            if (!complete) {
                new RegionLocks(taken).close();
            }
        }
    }

    @Override
    public CompletableFuture<RegionLocks> acquireAllAsync(Collection<RegionId> regions, LockOptions options) {
        Acquisition acquisition = new Acquisition(new TreeSet<>(regions).iterator(), options);
        acquisition.resume();
        return acquisition.result;
    }

    private static RegionLocks allHeld(List<RegionLock> taken) {
        for (RegionLock lock : taken) {
            if (!lock.isHeld()) {
                throw new LockUnavailableException(lock.region(), "lost while others were waited for");
            }
        }
        return new RegionLocks(taken);
    }

    /** The acquisition of several locks, one after the other. Its steps do not overlap. */
    private final class Acquisition {
        private final Iterator<RegionId> regions;
        private final LockOptions options;
        private final List<RegionLock> taken = new ArrayList<>();
        private final CompletableFuture<RegionLocks> result = new CompletableFuture<>();

        private Acquisition(Iterator<RegionId> regions, LockOptions options) {
            this.regions = regions;
            this.options = options;
        }

        private void resume() {
            if (!result.isDone() && regions.hasNext()) {
                CompletableFuture<RegionLock> next = acquireAsync(regions.next(), options);
                Futures.onCancel(result, () -> next.cancel(false));
                var unused = next.whenComplete((lock, failure) -> {
                    if (failure == null) {
                        taken.add(lock);
                        resume();
                    } else {
                        fail(Futures.unwrapped(failure));
                    }
                });
                return;
            }
            try {
                if (!result.complete(allHeld(taken))) {
                    new RegionLocks(taken).close(); // cancelled meanwhile
                }
            } catch (LockUnavailableException lost) {
                fail(lost);
            }
        }

        private void fail(Throwable failure) {
            new RegionLocks(taken).close();
            result.completeExceptionally(failure);
        }
    }

    /** Releases every lock. Releases are still being sent when this returns. */
    public void close() {
        closed = true;
        List.copyOf(open).forEach(LeasedLock::endWithClient);
    }

    /** Ends the reading of answers. */
    public void stopReading() {
        parts.router().close();
    }

    private LeasedLock lock(RegionId region, LockOptions options) {
        LeasedLock lock = new LeasedLock(parts, region, options, open::remove);
        open.add(lock);
        if (closed) {
            // Checked after the lock was added: a lock that close() did not find ends itself here.
            lock.endWithClient();
        }
        return lock;
    }
}
