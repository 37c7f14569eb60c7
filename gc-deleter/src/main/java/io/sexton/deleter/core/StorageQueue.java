package io.sexton.deleter.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
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
 * of each store. No store waits for another one, however many of its calls hang. Calls of a store that does not answer are
 * held back, but for probes ({@link StoreBreaker}).
 */
final class StorageQueue {

    /** The calls of one store. */
    private static final class Share {
        private final StoreBreaker breaker;
        private final Set<RegionWork> waiting = new LinkedHashSet<>();

        private Share(String store) {
            breaker = new StoreBreaker(store);
        }

        /** Those of dropped partitions included: each has a thread until it ends. */
        private int inFlight;

        private boolean isUnused() {
            return waiting.isEmpty() && inFlight == 0 && breaker.isUnused();
        }
    }

    private final DeleterSettings settings;

    /** The stores with calls, by the names that commands have. */
    private final Map<String, Share> shares = new LinkedHashMap<>();

    /** The store that each waiting region waits for. */
    private final Map<RegionWork, String> waiting = new HashMap<>();

    private final Map<Long, RegionWork> underWay = new HashMap<>();

    /** By the call, when it is overdue. A store that keeps to the call time-out ends it long before. */
    private final Map<Long, Due> due = new HashMap<>();

    private record Due(StorageCall call, Duration at) {}

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
            shares.computeIfAbsent(store.get(), Share::new).waiting.add(work);
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
    Started start(Duration now) {
        Started started = new Started(new ArrayList<>(), new ArrayList<>());
        if (!stopped) {
            shares.forEach((store, share) -> start(store, share, now, started));
            removeUnused();
        }
        return started;
    }

    private void start(String store, Share share, Duration now, Started started) {
        Iterator<RegionWork> next = share.waiting.iterator();
        while (next.hasNext() && share.inFlight < settings.parallelCalls() && share.breaker.admits(now)) {
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
                                    share.breaker.began(call.id());
                                    underWay.put(call.id(), work);
                                    due.put(call.id(), new Due(call, now.plus(overdueAfter())));
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

    /** Returns how long after it was given out a call counts as one that hangs. */
    private Duration overdueAfter() {
        return settings.callTimeout().multipliedBy(2);
    }

    /** Enters the results of a call, before its {@link #end}. Returns the change of its store, if it is one. */
    Optional<Effect.StoreHealth> enter(StorageCall call, List<FileResult> results, Duration now) {
        StoreBreaker.Verdict verdict = StoreBreaker.verdict(results, mayGoOn(call));
        boolean isCounted = !due.containsKey(call.id()) && verdict instanceof StoreBreaker.Verdict.Failed;
        return isCounted ? Optional.empty() : ended(call, verdict, now);
    }

    private Optional<Effect.StoreHealth> ended(StorageCall call, StoreBreaker.Verdict verdict, Duration now) {
        return Optional.ofNullable(shares.get(call.store()))
                .flatMap(share -> share.breaker.ended(call.id(), verdict, now));
    }

    /** Enters that a call was not begun, before its {@link #end}. */
    void enterNotStarted(StorageCall call, Duration now) {
        var unused = ended(call, new StoreBreaker.Verdict.Unclear(), now);
    }

    /** Finds the calls that hang, each once. Returns what has changed in the stores, and those that are open still. */
    List<Effect.StoreHealth> passTime(Duration now) {
        List<Effect.StoreHealth> changes = new ArrayList<>();
        List<Due> overdue = due.values().stream()
                .filter(each -> now.compareTo(each.at()) >= 0)
                .sorted(Comparator.comparingLong(each -> each.call().id()))
                .toList();
        for (Due each : overdue) {
            due.remove(each.call().id());
            String problem =
                    "a storage call has not ended within " + overdueAfter().toMillis() + " ms";
            ended(each.call(), new StoreBreaker.Verdict.Failed(problem), now).ifPresent(changes::add);
        }
        shares.values().forEach(share -> share.breaker.passTime(now).ifPresent(changes::add));
        return changes;
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
        due.remove(call.id());
        Share share = shares.get(call.store());
        if (share != null) {
            share.inFlight--;
            removeUnused();
        }
    }

    /** Names of stores come from commands: those without calls and failures are not kept. */
    private void removeUnused() {
        shares.values().removeIf(Share::isUnused);
    }

    int callsInFlight() {
        return underWay.size() + abandoned.size();
    }
}
