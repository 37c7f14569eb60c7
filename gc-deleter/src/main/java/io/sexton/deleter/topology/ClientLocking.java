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

    /** What those who are asked to yield to the deleter, and people, read. */
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
        CompletableFuture<RegionLock> asked = locks.acquireAsync(region, options.listener(new LockListener() {
            @Override
            public void onYieldRequested(RegionLock lock, String purpose) {
                listener.yieldRequested();
            }

            @Override
            public void onLost(RegionLock lock, String why) {
                listener.lost();
            }
        }));
        var unused = asked.handle((lock, failure) -> {
            if (lock != null) {
                tellGranted(lock, listener);
            } else if (failure != null) {
                listener.notGranted(String.valueOf(unwrapped(failure).getMessage()));
            }
            return null;
        });
        return () -> {
            asked.cancel(false);
            // At once, be it that the listener is being told of the grant: a request for the same lock that overtook
            // its
            // release would be refused.
            if (asked.isDone() && !asked.isCompletedExceptionally()) {
                asked.join().close();
            }
        };
    }

    /** A yield can have been asked for, and the lock lost, before the grant was told. */
    private static void tellGranted(RegionLock lock, Listener listener) {
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
