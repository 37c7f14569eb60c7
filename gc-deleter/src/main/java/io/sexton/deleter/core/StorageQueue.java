package io.sexton.deleter.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The storage calls, by store: the regions that wait for one, in turn, and those under way, one a region and a bounded number
 * of each store. No store waits for another one, however many of its calls hang.
 */
final class StorageQueue {

    /** The calls of one store. */
    private static final class Share {
        private final Set<RegionWork> waiting = new LinkedHashSet<>();

        /** Those of dropped partitions included: each has a thread until it ends. */
        private int inFlight;

        private boolean isUnused() {
            return waiting.isEmpty() && inFlight == 0;
        }
    }

    private final DeleterSettings settings;

    /** The stores with calls, by the names that commands have. */
    private final Map<String, Share> shares = new LinkedHashMap<>();

    /** The store that each waiting region waits for. */
    private final Map<RegionWork, String> waiting = new HashMap<>();

    private final Map<Long, RegionWork> underWay = new HashMap<>();

    /** The tickets of calls whose partition was dropped. */
    private final Map<Long, LockTicket> abandoned = new HashMap<>();

    private boolean stopped;
    private long lastCall;

    StorageQueue(DeleterSettings settings) {
        this.settings = settings;
    }

    /** Queues a region whose lock is ready. Returns false if it turned out to have nothing to call for. */
    boolean want(RegionWork work) {
        Optional<String> store = work.nextStore();
        if (store.isPresent() && !store.get().equals(waiting.get(work))) {
            forget(work);
            waiting.put(work, store.get());
            shares.computeIfAbsent(store.get(), name -> new Share()).waiting.add(work);
        }
        return store.isPresent();
    }

    /** Removes a region whose lock is no longer ready. */
    void forget(RegionWork work) {
        String store = waiting.remove(work);
        Share share = store == null ? null : shares.get(store);
        if (share != null) {
            share.waiting.remove(work);
            removeUnused();
        }
    }

    /** Drops a region. A call under way goes on, and the lock that it runs under is released after it. */
    void drop(RegionWork work) {
        forget(work);
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

    /** Gives out calls as far as the bounds allow. */
    Started start() {
        Started started = new Started(new ArrayList<>(), new ArrayList<>());
        if (!stopped) {
            shares.forEach((store, share) -> start(store, share, started));
            removeUnused();
        }
        return started;
    }

    private void start(String store, Share share, Started started) {
        Iterator<RegionWork> next = share.waiting.iterator();
        while (next.hasNext() && share.inFlight < settings.parallelCalls()) {
            RegionWork work = next.next();
            next.remove();
            waiting.remove(work);
            if (!(work.lock() instanceof RegionWork.Lock.Ready ready)
                    || !work.nextStore().equals(Optional.of(store))) {
                started.withoutWork().add(work);
            } else if (ready.lease().outlasts(settings.callTimeout())) {
                work.beginCall(++lastCall, ready, settings.filesPerCall())
                        .ifPresentOrElse(
                                call -> {
                                    share.inFlight++;
                                    underWay.put(call.id(), work);
                                    started.calls().add(call);
                                },
                                () -> started.withoutWork().add(work));
            }
            // Else the next TimePassed queues it again: a renewal is on its way, or the lock will be lost.
        }
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
        return Optional.ofNullable(underWay.remove(call.id())).map(work -> {
            leave(call);
            return work;
        });
    }

    /** Ends the lock of a call whose partition was dropped. */
    Optional<Effect> releaseAfter(StorageCall call) {
        @Nullable LockTicket ticket = abandoned.remove(call.id());
        return Optional.ofNullable(ticket).map(ended -> {
            leave(call);
            return new Effect.ReleaseLock(ended);
        });
    }

    private void leave(StorageCall call) {
        Share share = shares.get(call.store());
        if (share != null) {
            share.inFlight--;
            removeUnused();
        }
    }

    /** Names of stores come from commands: those without calls are not kept. */
    private void removeUnused() {
        shares.values().removeIf(Share::isUnused);
    }

    int callsInFlight() {
        return underWay.size() + abandoned.size();
    }
}
