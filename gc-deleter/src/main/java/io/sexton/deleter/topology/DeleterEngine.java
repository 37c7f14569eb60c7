package io.sexton.deleter.topology;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.DeleterCore;
import io.sexton.deleter.core.Effect;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.Lease;
import io.sexton.deleter.core.LockTicket;
import io.sexton.deleter.core.StorageCall;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Carries out what the core decides, at once and by whichever thread brought the news; only what concerns the consumer
 * waits for the consumer's thread.
 *
 * <p>The core is guarded by this object's monitor. Nothing blocks while it is held.
 */
final class DeleterEngine {

    /** How often a running call asks the core whether it may go on. */
    private static final Duration ASK_CORE = Duration.ofMillis(20);

    private final DeleterCore core;
    private final RegionLocking locking;
    private final FencePublisher fences;
    private final StorageCalls storage;
    private final ScanRequests scans;
    private final Executor callers;
    private final Duration callTimeout;
    private final Map<LockTicket, RegionLocking.Request> requests = new HashMap<>();
    private final ConcurrentLinkedQueue<Effect.Reading> forConsumer = new ConcurrentLinkedQueue<>();
    private volatile long membershipEnds = System.nanoTime();

    DeleterEngine(
            DeleterCore core,
            RegionLocking locking,
            FencePublisher fences,
            StorageCalls storage,
            ScanRequests scans,
            Executor callers,
            Duration callTimeout) {
        this.core = core;
        this.locking = locking;
        this.fences = fences;
        this.storage = storage;
        this.scans = scans;
        this.callers = callers;
        this.callTimeout = callTimeout;
    }

    /** Time on the monotonic clock, as the core counts it. */
    static Duration now() {
        return Duration.ofNanos(System.nanoTime());
    }

    /** Tells the core something, and does what follows. */
    synchronized <T> T tell(Function<DeleterCore, T> news) {
        T answer = news.apply(core);
        for (Effect effect : core.takeEffects()) {
            carryOut(effect);
        }
        return answer;
    }

    /** What the consumer's thread has to do, or null. */
    Optional<Effect.Reading> nextForConsumer() {
        return Optional.ofNullable(forConsumer.poll());
    }

    /** The partition is ours no longer, nor is there anything left to do for its consumer. By the consumer's thread. */
    synchronized void drop(int partition) {
        tellCore(c -> c.drop(partition));
        forConsumer.removeIf(reading -> reading.partition() == partition);
    }

    /** The assignment is certain until then: the group waits so long for the next poll. */
    void assignedFor(Duration length) {
        membershipEnds = System.nanoTime() + length.toNanos();
    }

    private boolean isMember() {
        return membershipEnds - System.nanoTime() > 0;
    }

    private void carryOut(Effect effect) {
        switch (effect) {
            case Effect.AcquireLock acquire -> acquire(acquire.ticket());
            case Effect.ReleaseLock release -> {
                RegionLocking.Request request = requests.remove(release.ticket());
                if (request != null) {
                    request.release();
                }
            }
            case Effect.PublishFence fence ->
                fences.publish(
                        fence.ticket().region(),
                        fence.nonce(),
                        why -> tellCore(c -> c.fenceNotPublished(fence.ticket(), why, now())));
            case Effect.CallStorage call -> callers.execute(() -> makeCall(call.call()));
            case Effect.ScanRegion scan -> scans.request(scan.store(), scan.root());
            case Effect.Reading reading -> forConsumer.add(reading);
        }
    }

    private void acquire(LockTicket ticket) {
        requests.put(ticket, locking.acquire(ticket.region(), new RegionLocking.Listener() {
            @Override
            public void granted(Lease lease) {
                tellCore(c -> c.lockGranted(ticket, lease, now()));
            }

            @Override
            public void notGranted(String why) {
                tellCore(c -> {
                    requests.remove(ticket);
                    c.lockNotGranted(ticket, why, now());
                });
            }

            @Override
            public void lost() {
                tellCore(c -> c.lockLost(ticket, now()));
            }

            @Override
            public void yieldRequested() {
                tellCore(c -> c.yieldRequested(ticket, now()));
            }
        }));
    }

    private void makeCall(StorageCall call) {
        // WARNING: before the lease is asked for: what stops this thread in between counts against the call's time.
        long began = System.nanoTime();
        // WARNING: asked here, after any wait for a thread, and of the core, which knows the latest revokes (I4).
        boolean starts = isMember() && tell(c -> c.mayStart(call));
        if (!starts) {
            tellCore(c -> c.callNotStarted(call, now()));
            return;
        }
        long deadline = began + callTimeout.toNanos();
        AtomicLong asked = new AtomicLong(began);
        CallGuard guard = length -> {
            long now = System.nanoTime();
            if (deadline - now - length.toNanos() <= 0) {
                return Optional.of("the storage call took longer than " + callTimeout.toMillis() + " ms");
            }
            // Not before each of many small operations: they would wait for each other at the core.
            if (now - asked.get() > ASK_CORE.toNanos()) {
                asked.set(now);
                if (!tell(c -> c.mayGoOn(call))) {
                    return Optional.of(
                            "a file of the call was revoked, or the lock or the partition is ours no longer");
                }
            }
            return isMember() ? Optional.empty() : Optional.of("the deleter has lost its assignment");
        };
        List<FileResult> results = storage.make(call, guard);
        tellCore(c -> c.callFinished(call, results, now()));
    }

    private void tellCore(Consumer<DeleterCore> news) {
        tell(c -> {
            news.accept(c);
            return true;
        });
    }
}
