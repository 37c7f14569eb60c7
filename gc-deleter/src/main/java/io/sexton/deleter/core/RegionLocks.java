package io.sexton.deleter.core;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The locks of regions, from the need for one to its release. Those of many regions are requested, granted and fenced side
 * by side, in the order in which the regions of a store had work. Where no more may be held at once of a store, a lock that
 * is kept without work is released for another. A region counts for the store of the command that its lock is requested for.
 */
final class RegionLocks {

    private final DeleterSettings settings;
    private final Map<LockTicket, Held> byTicket = new HashMap<>();

    /** The stores with locks or waiting regions, by the names that commands have. */
    private final Map<String, Share> shares = new LinkedHashMap<>();

    private final Map<RegionWork, Share> waiting = new HashMap<>();

    private final Deque<Grant> unproven = new ArrayDeque<>();
    private long lastTicket;
    private long lastGrant;
    private long lastProven;

    private record Grant(long number, LockTicket ticket) {}

    private record Held(RegionWork work, Share share) {}

    /** The locks of one store. */
    private static final class Share {
        private final Set<RegionWork> waiting = new LinkedHashSet<>();

        /** The regions whose lock is kept without work, and until when. */
        private final Map<RegionWork, Duration> idle = new LinkedHashMap<>();

        /** Tickets of this store. */
        private int held;

        private boolean isUnused() {
            return waiting.isEmpty() && held == 0;
        }
    }

    RegionLocks(DeleterSettings settings) {
        this.settings = settings;
    }

    /** Returns the region that the ticket is for; empty if the ticket is over. */
    Optional<RegionWork> of(LockTicket ticket) {
        return Optional.ofNullable(byTicket.get(ticket)).map(Held::work);
    }

    /** Returns the region if it waits for the lock of this ticket. */
    Optional<RegionWork> waitingFor(LockTicket ticket) {
        return of(ticket).filter(work -> work.lock() instanceof RegionWork.Lock.Waiting);
    }

    /** Queues a region that has work and no lock. */
    void want(RegionWork work) {
        if (!waiting.containsKey(work)) {
            work.firstStore().ifPresent(store -> {
                Share share = shares.computeIfAbsent(store, name -> new Share());
                share.waiting.add(work);
                waiting.put(work, share);
            });
        }
    }

    /** Marks the region's lock as kept without work. Returns whether it has been kept for as long as the settings allow. */
    boolean hasIdled(RegionWork work, Duration now) {
        return share(work)
                .map(share -> share.idle.putIfAbsent(work, now.plus(settings.idleRelease())))
                .filter(until -> now.compareTo(until) >= 0)
                .isPresent();
    }

    /** Marks the region's lock as in use. */
    void use(RegionWork work) {
        share(work).ifPresent(share -> share.idle.remove(work));
    }

    private Optional<Share> share(RegionWork work) {
        return Optional.ofNullable(work.ticket()).map(byTicket::get).map(Held::share);
    }

    /** Requests the locks that are waited for, as far as the bounds allow. */
    List<Effect> request(Duration now) {
        List<Effect> effects = new ArrayList<>();
        List.copyOf(shares.values()).forEach(share -> request(share, now, effects));
        return effects;
    }

    private void request(Share share, Duration now, List<Effect> effects) {
        Iterator<RegionWork> next = share.waiting.iterator();
        while (next.hasNext() && (share.held < settings.lockedRegions() || !share.idle.isEmpty())) {
            if (share.held >= settings.lockedRegions()) {
                RegionWork unused = share.idle.keySet().iterator().next();
                release(unused).ifPresent(effects::add);
                forget(unused);
            }
            RegionWork work = next.next();
            next.remove();
            waiting.remove(work);
            LockTicket ticket = new LockTicket(work.region(), ++lastTicket);
            byTicket.put(ticket, new Held(work, share));
            share.held++;
            work.requestLock(ticket, now, settings.lockWait());
            effects.add(new Effect.AcquireLock(ticket));
        }
    }

    /** Fences a lock that was granted; it is not used before the fence has passed and membership has been proven. */
    Effect fence(RegionWork work, LockTicket ticket, Lease lease, String nonce, Duration now) {
        Grant grant = new Grant(++lastGrant, ticket);
        unproven.addLast(grant);
        work.fence(
                new RegionWork.Lock.Fencing(ticket, lease, grant.number(), nonce, now, now.plus(settings.fenceWait())));
        return new Effect.PublishFence(ticket, nonce);
    }

    /** Returns the number of the last grant, which a proof that begins now serves. */
    long lastGrant() {
        return lastGrant;
    }

    /** Returns whether a lock that is held waits for the proof of membership. */
    boolean awaitsProof() {
        return unproven.stream().anyMatch(grant -> byTicket.containsKey(grant.ticket()));
    }

    /** Returns whether membership was proven after the grant. */
    boolean isProven(RegionWork.Lock.Ready ready) {
        return ready.grant() <= lastProven;
    }

    /** Enters a proof of membership. Returns the regions whose lock waited for it, in the order of the grants. */
    List<RegionWork> proven(long grant) {
        lastProven = Math.max(lastProven, grant);
        List<RegionWork> served = new ArrayList<>();
        while (!unproven.isEmpty() && unproven.getFirst().number() <= lastProven) {
            of(unproven.removeFirst().ticket()).ifPresent(served::add);
        }
        return served;
    }

    /** Releases the lock, or withdraws the request for it, if there is one. */
    Optional<Effect> release(RegionWork work) {
        Optional<Effect> release = Optional.ofNullable(work.ticket()).map(Effect.ReleaseLock::new);
        end(work);
        return release;
    }

    /** Ends the region's ticket without a release. */
    void end(RegionWork work) {
        use(work);
        Held held = byTicket.remove(work.ticket());
        if (held != null) {
            held.share().held--;
        }
        work.endLock();
        removeUnused();
    }

    /** Removes a region for which nothing is left to be done. */
    void forget(RegionWork work) {
        withdraw(work);
        work.remove();
    }

    private void withdraw(RegionWork work) {
        Share share = waiting.remove(work);
        if (share != null) {
            share.waiting.remove(work);
            removeUnused();
        }
    }

    /** Names of stores come from commands: those without locks are not kept. */
    private void removeUnused() {
        shares.values().removeIf(Share::isUnused);
    }

    /** Drops the region. Its lock is released now, unless a call runs under it: then after that. */
    Optional<Effect> drop(RegionWork work) {
        withdraw(work);
        if (work.call().filter(call -> call.ticket().equals(work.ticket())).isPresent()) {
            end(work);
            return Optional.empty();
        }
        return release(work);
    }
}
