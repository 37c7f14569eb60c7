package io.sexton.deleter.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The storage calls: the regions that wait for one, in turn, and those under way, one a region and a bounded number in all. */
final class StorageQueue {

    private final DeleterSettings settings;
    private final Set<RegionWork> waiting = new LinkedHashSet<>();
    private final Map<Long, RegionWork> underWay = new HashMap<>();

    /** The tickets of calls whose partition was dropped. */
    private final Map<Long, LockTicket> abandoned = new HashMap<>();

    private boolean stopped;
    private long lastCall;

    StorageQueue(DeleterSettings settings) {
        this.settings = settings;
    }

    /** Queues a region that has work, and whose lock is ready. */
    void want(RegionWork work) {
        waiting.add(work);
    }

    /** Removes a region whose lock is no longer ready. */
    void forget(RegionWork work) {
        waiting.remove(work);
    }

    /** Drops a region. A call under way goes on, and the lock that it runs under is released after it. */
    void drop(RegionWork work) {
        waiting.remove(work);
        work.call().ifPresent(call -> {
            underWay.remove(call.id());
            abandoned.put(call.id(), call.ticket());
        });
    }

    /** Starts no further call. */
    void stop() {
        stopped = true;
    }

    /** The calls that have been given out, and the regions that turned out to have nothing to call for. */
    record Started(List<StorageCall> calls, List<RegionWork> withoutWork) {}

    /** Gives out calls as far as the bound allows. */
    Started start() {
        Started started = new Started(new ArrayList<>(), new ArrayList<>());
        Iterator<RegionWork> next = waiting.iterator();
        while (!stopped && next.hasNext() && callsInFlight() < settings.parallelCalls()) {
            RegionWork work = next.next();
            next.remove();
            if (!(work.lock() instanceof RegionWork.Lock.Ready ready)) {
                started.withoutWork().add(work);
            } else if (ready.lease().outlasts(settings.callTimeout())) {
                work.beginCall(++lastCall, ready, settings.filesPerCall())
                        .ifPresentOrElse(
                                call -> {
                                    underWay.put(call.id(), work);
                                    started.calls().add(call);
                                },
                                () -> started.withoutWork().add(work));
            }
            // Else the next TimePassed queues it again: a renewal is on its way, or the lock will be lost.
        }
        return started;
    }

    boolean mayStart(StorageCall call) {
        return isCertain(call, settings.callTimeout());
    }

    boolean mayGoOn(StorageCall call) {
        // It began well within the lease; but a coordinator, or a client that is closed, can end a lease early.
        return isCertain(call, Duration.ZERO);
    }

    private boolean isCertain(StorageCall call, Duration length) {
        RegionWork work = underWay.get(call.id());
        return work != null && call.lease().outlasts(length) && !work.isCallRevoked();
    }

    /** Ends a call, begun or not. Returns the region that it was made for; empty if its partition was dropped. */
    Optional<RegionWork> end(StorageCall call) {
        return Optional.ofNullable(underWay.remove(call.id()));
    }

    /** Ends the lock of a call whose partition was dropped. */
    Optional<Effect> releaseAfter(StorageCall call) {
        @Nullable LockTicket ticket = abandoned.remove(call.id());
        return Optional.ofNullable(ticket).map(Effect.ReleaseLock::new);
    }

    int callsInFlight() {
        return underWay.size() + abandoned.size();
    }
}
