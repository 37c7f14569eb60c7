package io.sexton.deleter.core;

import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Storage calls: the regions that wait for one, in turn, and those under way, one a region and so many in all. */
final class StorageQueue {

    private final DeleterSettings settings;
    private final Map<Integer, AssignedPartition> partitions;
    private final List<Effect> effects;
    private final Set<RegionWork> waiting = new LinkedHashSet<>();
    private final Map<Long, LockTicket> abandoned = new HashMap<>();
    private int underWay;
    private boolean stopped;
    private long lastCall;

    /**
     * @param partitions those that are assigned
     * @param effects is given what is to be done
     */
    StorageQueue(DeleterSettings settings, Map<Integer, AssignedPartition> partitions, List<Effect> effects) {
        this.settings = settings;
        this.partitions = partitions;
        this.effects = effects;
    }

    /** The region has work, and its lock is ready. */
    void want(RegionWork work) {
        waiting.add(work);
    }

    /** The region's lock is ready no longer. */
    void forget(RegionWork work) {
        waiting.remove(work);
    }

    /** The region's partition is lost; a call under way goes on, and the lock that it runs under outlives it. */
    void drop(RegionWork work) {
        waiting.remove(work);
        if (work.calling != null) {
            StorageCall call = work.calling.call();
            abandoned.put(call.id(), call.ticket());
        }
    }

    /** No further call starts. */
    void stop() {
        stopped = true;
    }

    /** Starts calls as far as the bound allows. Returns a region that turned out to have nothing to call for. */
    Optional<RegionWork> handOut() {
        Iterator<RegionWork> next = waiting.iterator();
        while (!stopped && next.hasNext() && underWay < settings.parallelCalls()) {
            RegionWork work = next.next();
            next.remove();
            if (!start(work)) {
                return Optional.of(work);
            }
        }
        return Optional.empty();
    }

    /** Whether a call was started, or the region waits for a renewal. */
    private boolean start(RegionWork work) {
        if (!(work.lock() instanceof RegionWork.Lock.Ready ready)) {
            return false;
        }
        if (!ready.lease().outlasts(settings.callTimeout())) {
            return true; // Queued again by the next advance: a renewal is on its way, or the lock will be lost.
        }
        Batch batch =
                Batch.next(work.commands, settings.filesPerCall(), ready.lease().token());
        PendingCommand first = batch.first();
        if (first == null) {
            return false;
        }
        StorageCall call = new StorageCall(
                ++lastCall,
                work.at.number,
                ready.ticket(),
                ready.lease(),
                first.store(),
                first.root(work.region),
                first.treatment(),
                batch.deletions());
        work.calling = new RegionWork.Calling(call, batch);
        underWay++;
        effects.add(new Effect.CallStorage(call));
        return true;
    }

    boolean mayStart(StorageCall call) {
        RegionWork.Calling calling = callingFor(call);
        return calling != null
                && call.lease().outlasts(settings.callTimeout())
                && !calling.batch().isRevoked();
    }

    boolean mayGoOn(StorageCall call) {
        RegionWork.Calling calling = callingFor(call);
        // It began well within the lease; but a coordinator, or a client that is closed, can end a lease early.
        return calling != null
                && call.lease().outlasts(Duration.ZERO)
                && !calling.batch().isRevoked();
    }

    /** The call is over, or will not begin. Returns the region that it was made for, or null if that is not ours any more. */
    @Nullable
    RegionWork end(StorageCall call) {
        underWay--;
        LockTicket ticket = abandoned.remove(call.id());
        if (ticket != null) {
            effects.add(new Effect.ReleaseLock(ticket));
            return null;
        }
        return callingFor(call) == null ? null : regionOf(call);
    }

    int underWay() {
        return underWay;
    }

    private RegionWork.@Nullable Calling callingFor(StorageCall call) {
        RegionWork work = regionOf(call);
        RegionWork.Calling calling = work == null ? null : work.calling;
        return calling != null && calling.call().id() == call.id() ? calling : null;
    }

    private @Nullable RegionWork regionOf(StorageCall call) {
        AssignedPartition at = partitions.get(call.partition());
        return at == null ? null : at.regions.get(call.root().region());
    }
}
