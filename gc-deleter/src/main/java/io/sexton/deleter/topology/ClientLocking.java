package io.sexton.deleter.topology;

import io.sexton.client.locks.LockClient;
import io.sexton.client.locks.LockListener;
import io.sexton.client.locks.LockOptions;
import io.sexton.client.locks.RegionLock;
import io.sexton.deleter.core.Lease;
import io.sexton.proto.RegionId;
import io.sexton.v1.LockMode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Locks of the lock-coordinator, through gc-client. */
public final class ClientLocking implements RegionLocking {

    /** The purpose of the locks, which owners that are requested to yield read, and people. */
    static final String PURPOSE = "GC";

    private final LockClient locks;
    private final LockOptions options;

    /**
     * @param lease how long a lock outlives a deleter that dies
     * @param maxWait how long a request stands in the queue
     */
    public ClientLocking(LockClient locks, Duration lease, Duration maxWait) {
        this.locks = locks;
        this.options = LockOptions.of(LockMode.UPDATE, PURPOSE, lease).maxWait(maxWait);
    }

    @Override
    public Request acquire(RegionId region, Listener listener) {
        CompletableFuture<RegionLock> requested = locks.acquireAsync(region, options.listener(new LockListener() {
            @Override
            public void onYieldRequested(RegionLock lock, String purpose) {
                listener.yieldRequested();
            }

            @Override
            public void onLost(RegionLock lock, String why) {
                listener.lost();
            }
        }));
        var unused = requested.handle((lock, failure) -> {
            if (lock != null) {
                notifyGranted(lock, listener);
            } else if (failure != null) {
                listener.notGranted(String.valueOf(unwrapped(failure).getMessage()));
            }
            return null;
        });
        return () -> {
            requested.cancel(false);
            // At once, even while the listener is being notified of the grant: a later request for the same lock would
            // be refused if it came before the release.
            if (requested.isDone() && !requested.isCompletedExceptionally()) {
                requested.join().close();
            }
        };
    }

    /** Notifies of a grant. A yield can have been requested, and the lock lost, before. */
    private static void notifyGranted(RegionLock lock, Listener listener) {
        listener.granted(new HeldLock(lock, lock.token().value()));
        if (lock.yieldRequested().isPresent()) {
            listener.yieldRequested();
        }
        if (!lock.isHeld()) {
            listener.lost();
        }
    }

    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private record HeldLock(RegionLock lock, long token) implements Lease {
        @Override
        public boolean outlasts(Duration length) {
            Duration remaining = lock.remaining();
            return !remaining.isZero() && remaining.compareTo(length) >= 0;
        }
    }
}
