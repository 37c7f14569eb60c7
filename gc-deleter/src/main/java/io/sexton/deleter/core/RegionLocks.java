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
 * by side, in the order in which the regions had work. Where no more may be held at once, a lock that is kept without work
 * is released for another.
 */
final class RegionLocks {

    private final DeleterSettings settings;
    private final Map<LockTicket, RegionWork> byTicket = new HashMap<>();
    private final Set<RegionWork> waiting = new LinkedHashSet<>();

    /** The regions whose lock is kept without work, and until when. */
    private final Map<RegionWork, Duration> idle = new LinkedHashMap<>();

    private final Deque<Grant> unproven = new ArrayDeque<>();
    private long lastTicket;
    private long lastGrant;
    private long lastProven;

    private record Grant(long number, LockTicket ticket) {}

    RegionLocks(DeleterSettings settings) {
        this.settings = settings;
    }

    /** Returns the region that the ticket is for; empty if the ticket is over. */
    Optional<RegionWork> of(LockTicket ticket) {
        return Optional.ofNullable(byTicket.get(ticket));
    }

    /** Returns the region if it waits for the lock of this ticket. */
    Optional<RegionWork> waitingFor(LockTicket ticket) {
        return of(ticket).filter(work -> work.lock() instanceof RegionWork.Lock.Waiting);
    }

    /** Queues a region that has work and no lock. */
    void want(RegionWork work) {
        waiting.add(work);
    }

    /** Marks the region's lock as kept without work. Returns whether it has been kept for as long as the settings allow. */
    boolean hasIdled(RegionWork work, Duration now) {
        Duration until = idle.putIfAbsent(work, now.plus(settings.idleRelease()));
        return until != null && now.compareTo(until) >= 0;
    }

    /** Marks the region's lock as in use. */
    void use(RegionWork work) {
        idle.remove(work);
    }

    /** Requests the locks that are waited for, as far as the bound allows. */
    List<Effect> request(Duration now) {
        List<Effect> effects = new ArrayList<>();
        Iterator<RegionWork> next = waiting.iterator();
        while (next.hasNext() && (byTicket.size() < settings.lockedRegions() || !idle.isEmpty())) {
            if (byTicket.size() >= settings.lockedRegions()) {
                RegionWork unused = idle.keySet().iterator().next();
                release(unused).ifPresent(effects::add);
                forget(unused);
            }
            RegionWork work = next.next();
            next.remove();
            LockTicket ticket = new LockTicket(work.region(), ++lastTicket);
            byTicket.put(ticket, work);
            work.requestLock(ticket, now, settings.lockWait());
            effects.add(new Effect.AcquireLock(ticket));
        }
        return effects;
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
        byTicket.remove(work.ticket());
        use(work);
        work.endLock();
    }

    /** Removes a region for which nothing is left to be done. */
    void forget(RegionWork work) {
        waiting.remove(work);
        work.remove();
    }

    /** Drops the region. Its lock is released now, unless a call runs under it: then after that. */
    Optional<Effect> drop(RegionWork work) {
        waiting.remove(work);
        if (work.call().filter(call -> call.ticket().equals(work.ticket())).isPresent()) {
            end(work);
            return Optional.empty();
        }
        return release(work);
    }
}
