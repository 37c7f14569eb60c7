package io.sexton.deleter.topology;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.DeleterCore;
import io.sexton.deleter.core.DeleterView;
import io.sexton.deleter.core.Effect;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.Input;
import io.sexton.deleter.core.Lease;
import io.sexton.deleter.core.LockTicket;
import io.sexton.deleter.core.StorageCall;
import io.sexton.v1.DeleterFence;
import io.sexton.v1.RegionEvent;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The executor of the core's effects: at once, and by the thread that brought the input; only what concerns the consumer
 * waits for the consumer's thread. The same class runs in production and in simulations, on other {@link Ports}.
 *
 * <p>The core is guarded by this object's monitor. Nothing blocks while it is held.
 */
public final class DeleterEngine {

    /** Interval at which a running call queries the core. */
    private static final Duration QUERY_INTERVAL = Duration.ofMillis(20);

    /** The stores. Safe for use by any thread. */
    @FunctionalInterface
    public interface Storage {

        /**
         * Makes a storage call.
         *
         * @param guard checked before each operation
         * @param done accepts one result for each file, in their order, whatever happens; called once, before this returns
         *     or later
         */
        void call(StorageCall call, CallGuard guard, Consumer<List<FileResult>> done);
    }

    /**
     * What the effects are executed with.
     *
     * @param fences publishes a fence, and calls its second argument with the reason if that fails; does not block
     * @param callers runs storage calls
     * @param stores accepts changes in whether stores answer; does not block
     * @param clock the process's monotonic clock, for any thread
     */
    public record Ports(
            RegionLocking locking,
            BiConsumer<RegionEvent, Consumer<String>> fences,
            Storage storage,
            ScanRequests scans,
            Executor callers,
            Consumer<Effect.StoreHealth> stores,
            Supplier<Duration> clock) {}

    private final String name;
    private final DeleterCore core;
    private final DeleterView view;
    private final Ports ports;
    private final Duration callTimeout;
    private final Map<LockTicket, RegionLocking.Request> requests = new HashMap<>();
    private final ConcurrentLinkedQueue<Effect.Reading> forConsumer = new ConcurrentLinkedQueue<>();
    private volatile Duration membershipEnds;

    /**
     * @param name of the deleter, in its events
     * @param view the questions to the core
     * @param callTimeout how long a storage call may take
     */
    public DeleterEngine(String name, DeleterCore core, DeleterView view, Ports ports, Duration callTimeout) {
        this.name = name;
        this.core = core;
        this.view = view;
        this.ports = ports;
        this.callTimeout = callTimeout;
        this.membershipEnds = now();
    }

    /** Returns the time on the monotonic clock, as the core counts it. */
    Duration now() {
        return ports.clock().get();
    }

    /** Applies the input to the core, and executes the effects. */
    public synchronized void submit(Input input) {
        core.on(input).forEach(this::execute);
    }

    /** Returns the core's answer to a question. */
    public synchronized <T> T query(Function<DeleterView, T> question) {
        return question.apply(view);
    }

    /** Returns the next change of how a partition is read, for the consumer's thread. */
    Optional<Effect.Reading> nextForConsumer() {
        return Optional.ofNullable(forConsumer.poll());
    }

    /** Drops the partition, with what its consumer had still to do. By the consumer's thread. */
    synchronized void drop(int partition) {
        submit(new Input.PartitionDropped(partition));
        forConsumer.removeIf(reading -> reading.partition() == partition);
    }

    /** Extends the time for which the assignment is certain: the group waits so long for the next poll. */
    void assignedFor(Duration length) {
        membershipEnds = now().plus(length);
    }

    private boolean isMember() {
        return membershipEnds.compareTo(now()) > 0;
    }

    private void execute(Effect effect) {
        switch (effect) {
            case Effect.AcquireLock acquire -> acquire(acquire.ticket());
            case Effect.ReleaseLock release ->
                Optional.ofNullable(requests.remove(release.ticket())).ifPresent(RegionLocking.Request::release);
            case Effect.PublishFence fence -> publish(fence);
            case Effect.CallStorage call -> ports.callers().execute(() -> begin(call.call()));
            case Effect.ScanRegion scan -> ports.scans().request(scan.store(), scan.root());
            case Effect.StoreHealth health -> ports.stores().accept(health);
            case Effect.Reading reading -> forConsumer.add(reading);
        }
    }

    private void publish(Effect.PublishFence fence) {
        RegionEvent event = RegionEvent.newBuilder()
                .setRegion(fence.ticket().region().value())
                .setProducer(name)
                .setDeleterFence(DeleterFence.newBuilder().setNonce(fence.nonce()))
                .build();
        ports.fences().accept(event, why -> submit(new Input.FenceNotPublished(fence.ticket(), why, now())));
    }

    private void acquire(LockTicket ticket) {
        requests.put(ticket, ports.locking().acquire(ticket.region(), new RegionLocking.Listener() {
            @Override
            public void granted(Lease lease) {
                submit(new Input.LockGranted(ticket, lease, now()));
            }

            @Override
            public void notGranted(String why) {
                remove(ticket);
                submit(new Input.LockRefused(ticket, why, now()));
            }

            @Override
            public void lost() {
                submit(new Input.LockLost(ticket, now()));
            }

            @Override
            public void yieldRequested() {
                submit(new Input.YieldRequested(ticket, now()));
            }
        }));
    }

    private synchronized void remove(LockTicket ticket) {
        requests.remove(ticket);
    }

    private void begin(StorageCall call) {
        // WARNING: before the lease is checked: what stops this thread in between counts against the call's time.
        Duration began = now();
        // WARNING: checked here, after any wait for a thread, and by the core, which has the latest revokes (I4).
        if (isMember() && query(core -> core.mayStart(call))) {
            ports.storage()
                    .call(call, guard(call, began), results -> submit(new Input.CallFinished(call, results, now())));
        } else {
            submit(new Input.CallNotStarted(call, now()));
        }
    }

    private CallGuard guard(StorageCall call, Duration began) {
        Duration deadline = began.plus(callTimeout);
        AtomicReference<Duration> nextQuery = new AtomicReference<>(began.plus(QUERY_INTERVAL));
        return length -> {
            Duration now = now();
            if (now.plus(length).compareTo(deadline) >= 0) {
                return Optional.of("the storage call took longer than " + callTimeout.toMillis() + " ms");
            }
            // Not before each of many small operations: they would wait for each other at the core.
            if (now.compareTo(nextQuery.get()) > 0) {
                nextQuery.set(now.plus(QUERY_INTERVAL));
                if (!query(core -> core.mayGoOn(call))) {
                    return Optional.of(
                            "a file of the call was revoked, or the lock or the partition is ours no longer");
                }
            }
            return isMember() ? Optional.empty() : Optional.of("the deleter has lost its assignment");
        };
    }
}
