package io.sexton.deleter.core;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The locks of regions, from the wish for one to its release: those of many regions are asked for, granted and fenced side
 * by side, in the order in which the regions had work. Where no more may be held at once, a lock that is kept without work
 * makes room.
 */
final class RegionLocks {

    private final DeleterSettings settings;
    private final List<Effect> effects;
    private final Map<LockTicket, RegionWork> byTicket = new HashMap<>();
    private final Set<RegionWork> waiting = new LinkedHashSet<>();
    private final Set<RegionWork> idle = new LinkedHashSet<>();
    private final Deque<Grant> unproven = new ArrayDeque<>();
    private long lastTicket;
    private long lastGrant;
    private long lastProven;

    private record Grant(long number, LockTicket ticket) {}

    /** @param effects is given what is to be done */
    RegionLocks(DeleterSettings settings, List<Effect> effects) {
        this.settings = settings;
        this.effects = effects;
    }

    /** Whose lock the ticket is about; null if that is over. */
    @Nullable
    RegionWork of(LockTicket ticket) {
        return byTicket.get(ticket);
    }

    /** The region has work and no lock. */
    void want(RegionWork work) {
        waiting.add(work);
    }

    /** The region's lock is ready, and it has no work for it. */
    void keep(RegionWork work, Duration now) {
        if (work.idleUntil == null) {
            work.idleUntil = now.plus(settings.idleRelease());
            idle.add(work);
        }
    }

    /** The region has work for the lock that it was keeping. */
    void use(RegionWork work) {
        work.idleUntil = null;
        idle.remove(work);
    }

    /** Asks for the locks that are waited for, as far as the bound allows. */
    void handOut(Duration now) {
        Iterator<RegionWork> next = waiting.iterator();
        while (next.hasNext() && (byTicket.size() < settings.lockedRegions() || releaseAnIdleOne())) {
            RegionWork work = next.next();
            next.remove();
            LockTicket ticket = new LockTicket(work.region, ++lastTicket);
            byTicket.put(ticket, work);
            work.changeLock(new RegionWork.Lock.Waiting(ticket, work.waitEnds(now, settings.lockWait())));
            effects.add(new Effect.AcquireLock(ticket));
        }
    }

    private boolean releaseAnIdleOne() {
        if (idle.isEmpty()) {
            return false;
        }
        RegionWork work = idle.iterator().next();
        release(work);
        forget(work);
        return true;
    }

    /** Held; not to be used before the fence has passed and membership has been proven. */
    void fence(RegionWork work, LockTicket ticket, Lease lease, String nonce, Duration now) {
        Grant grant = new Grant(++lastGrant, ticket);
        unproven.addLast(grant);
        work.changeLock(
                new RegionWork.Lock.Fencing(ticket, lease, grant.number(), nonce, now, now.plus(settings.fenceWait())));
        effects.add(new Effect.PublishFence(ticket, nonce));
    }

    /** The number of the last grant, which a proof that begins now serves. */
    long lastGrant() {
        return lastGrant;
    }

    /** Returns whether a lock that is held waits for the proof of membership. */
    boolean awaitsProof() {
        while (!unproven.isEmpty() && !byTicket.containsKey(unproven.getFirst().ticket())) {
            unproven.removeFirst();
        }
        return !unproven.isEmpty();
    }

    /** Returns whether membership was proven after the grant. */
    boolean isProven(RegionWork.Lock.Ready ready) {
        return ready.grant() <= lastProven;
    }

    /** Membership was proven after that grant. Returns the regions whose lock waited for this, in the order of the grants. */
    List<RegionWork> proven(long grant) {
        lastProven = Math.max(lastProven, grant);
        List<RegionWork> served = new ArrayList<>();
        while (!unproven.isEmpty() && unproven.getFirst().number() <= lastProven) {
            RegionWork work = byTicket.get(unproven.removeFirst().ticket());
            if (work != null) {
                served.add(work);
            }
        }
        return served;
    }

    /** Gives up the lock, or asking for it, if there is one. */
    void release(RegionWork work) {
        LockTicket ticket = work.ticket();
        if (ticket != null) {
            effects.add(new Effect.ReleaseLock(ticket));
            over(work);
        }
    }

    /** The ticket is over, and there is nothing to release. */
    void over(RegionWork work) {
        byTicket.remove(work.ticket());
        use(work);
        work.changeLock(RegionWork.NONE);
        work.yieldRequested = false;
    }

    /** Nothing is left to be done for the region. */
    void forget(RegionWork work) {
        waiting.remove(work);
        work.at.regions.remove(work.region);
    }

    /** The region's partition is lost: its lock is released, unless a call runs under it, after which it will be. */
    void drop(RegionWork work) {
        waiting.remove(work);
        LockTicket ticket = work.ticket();
        if (ticket != null
                && work.calling != null
                && work.calling.call().ticket().equals(ticket)) {
            over(work);
        } else {
            release(work);
        }
    }
}
