package io.sexton.deleter.core;

import io.sexton.fold.core.Times;
import io.sexton.proto.FieldProblem;
import io.sexton.proto.RegionId;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.FencePassed;
import io.sexton.v1.GcCommand;
import io.sexton.v1.ScanCommand;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a deleter does next, without doing it: takes in what was read and what came of earlier effects, and gives out
 * {@link Effect effects}. The same class runs against Kafka and, single-threaded, in simulations.
 *
 * <p>For each region, commands in their order; regions side by side. A region with work gets its lock, publishes a
 * fence, and makes no storage call until the fence has been read back: then all that was logged before the grant has
 * been folded, and the revokes that came of it have been read (I4). Nor does it before an offset commit after the grant
 * has proven that the deleter is a member of its group: one that was expelled without knowing it carries nothing out from
 * memory that its successor has carried out already (I1). One commit serves all grants before it. A lock is kept over
 * consecutive commands, and given up after the current call when another owner wants it.
 *
 * <p>What cannot be had in time, a lock or a fence, makes the waiting files retryable: gc-streams asks again, later
 * each time, and meanwhile the other regions of the partition are not held up. But nothing is reported of a region before
 * its lock was granted once: until then, a deleter that had the partition before may still be deleting.
 *
 * <p>Time is what has passed since some fixed moment on the process's monotonic clock. Not safe for use by more than
 * one thread at a time.
 */
public final class DeleterCore {

    private final DeleterSettings settings;
    private final Supplier<String> nonces;
    private final Map<Integer, AssignedPartition> partitions = new HashMap<>();
    private final List<Effect> effects = new ArrayList<>();
    private final RegionLocks locks;
    private final StorageQueue storage;

    /**
     * @param settings bounds of the work
     * @param nonces a fresh nonce, which no deleter has used before, at each call
     */
    public DeleterCore(DeleterSettings settings, Supplier<String> nonces) {
        this.settings = settings;
        this.nonces = nonces;
        this.locks = new RegionLocks(settings, effects);
        this.storage = new StorageQueue(settings, partitions, effects);
    }

    /**
     * The partition is ours from now on.
     *
     * @param position the offset that reading begins at: the committed one
     */
    public void assign(int partition, long position) {
        drop(partition);
        partitions.put(partition, new AssignedPartition(partition, position, settings.readAheadBytes()));
    }

    /**
     * The partition is ours no longer: everything about it is forgotten, no call for it starts any more, and its locks
     * are released, each after the call that runs under it. What was not committed will be delivered again, and what
     * was deleted will then be absent.
     */
    public void drop(int partition) {
        AssignedPartition dropped = partitions.remove(partition);
        if (dropped != null) {
            for (RegionWork work : dropped.regions.values()) {
                storage.drop(work);
                locks.drop(work);
            }
        }
    }

    /**
     * The deleter is about to end: no call is given out any more, those under way go on. Locks are kept until their
     * partitions are {@link #drop dropped}.
     */
    public void stop() {
        storage.stop();
    }

    /**
     * A record of the command topic, in the order of the partition. The key is that of the record.
     *
     * @param appended its time, by the clock of the log
     */
    public void read(int partition, long offset, Instant appended, RegionId key, GcCommand command, Duration now)
            throws UnusableCommandException {
        AssignedPartition at = partitions.get(partition);
        if (at == null) {
            return;
        }
        @Nullable FieldProblem problem = CommandRules.problemWith(key, command);
        if (problem != null) {
            readUnusable(partition, offset, key, now);
            throw new UnusableCommandException(problem.toString());
        }
        switch (command.getCommandCase()) {
            case DELETE -> {
                if (at.intake.admit(offset, at.awaitsFence()) == Intake.Admission.TAKE) {
                    take(at, offset, key, command.getDelete(), now);
                }
            }
            case REVOKE -> at.revoke(offset, Revocation.of(key, command.getRevoke()));
            case FENCE_PASSED -> fencePassed(at, appended, key, command.getFencePassed());
            case SCAN -> {
                // What is passed over is read again, and is queued then.
                if (!at.intake.isPassingOver()) {
                    effects.add(scan(key, command.getScan()));
                }
            }
            case COMMAND_NOT_SET -> throw new IllegalStateException("passed the rules without a command");
        }
        at.read(offset);
        proceed(at, key, now);
        settleDown(now);
    }

    /**
     * A record that is no command, or none that this build understands. It may have been a revoke: whatever was read
     * before it is kept (I5).
     *
     * @param key the region of the record, or null if that cannot be read either
     */
    public void readUnusable(int partition, long offset, @Nullable RegionId key, Duration now) {
        AssignedPartition at = partitions.get(partition);
        if (at == null) {
            return;
        }
        at.revoke(offset, Revocation.ofEverything(key));
        at.read(offset);
        List.copyOf(at.regions.keySet()).forEach(region -> proceed(at, region, now));
        settleDown(now);
    }

    /** The consumer stands at the offset that {@link Effect.SeekTo} asked for. */
    public void seekDone(int partition, Duration now) {
        AssignedPartition at = partitions.get(partition);
        if (at != null) {
            at.intake.seekDone();
            settleDown(now);
        }
    }

    /** The lock is held; it is not used before the fence has passed. */
    public void lockGranted(LockTicket ticket, Lease lease, Duration now) {
        RegionWork work = locks.of(ticket);
        if (work != null && work.lock() instanceof RegionWork.Lock.Waiting) {
            work.granted(lease.token());
            work.completeHeads();
            if (work.hasWork()) {
                locks.fence(work, ticket, lease, nonces.get(), now);
            }
            proceed(work, now);
        }
        settleDown(now);
    }

    /** The lock was not granted, and will not be for this ticket. */
    public void lockNotGranted(LockTicket ticket, String why, Duration now) {
        RegionWork work = locks.of(ticket);
        if (work != null && work.lock() instanceof RegionWork.Lock.Waiting) {
            locks.over(work);
            if (work.hasWaited(now)) {
                withoutLock(work, why, now);
            } else {
                // Such as a request that has overtaken the release before it: the files have time left to wait.
                work.refused(now, settings.lockWait());
            }
            proceed(work, now);
        }
        settleDown(now);
    }

    /**
     * The lock is no longer held, or not certainly. A call that is under way goes on, since it was started well within
     * the lease; the lock is released after it, in case the coordinator still counts it as ours.
     */
    public void lockLost(LockTicket ticket, Duration now) {
        giveUp(ticket, now);
    }

    /** Another owner waits for the region: it gets it after the current call. */
    public void yieldRequested(LockTicket ticket, Duration now) {
        giveUp(ticket, now);
    }

    private void giveUp(LockTicket ticket, Duration now) {
        RegionWork work = locks.of(ticket);
        if (work != null) {
            work.yieldRequested = true;
            proceed(work, now);
        }
        settleDown(now);
    }

    /** The fence could not be published, so it will not pass. */
    public void fenceNotPublished(LockTicket ticket, String why, Duration now) {
        RegionWork work = locks.of(ticket);
        if (work != null && work.isFencing()) {
            work.failOpen("the fence could not be published: " + why);
            proceed(work, now);
        }
        settleDown(now);
    }

    /**
     * Whether a call that was given out may begin now: its partition has stayed assigned, no revoke of its files has
     * been read meanwhile, and the lease outlasts the call's whole time-out. To be asked right before, by whoever
     * carries it out.
     */
    public boolean mayStart(StorageCall call) {
        return storage.mayStart(call);
    }

    /**
     * Whether a call that has begun may go on with a further operation: its partition is still assigned, and none of
     * its files has been revoked, as a hold on the region does. To be asked while the call runs.
     */
    public boolean mayGoOn(StorageCall call) {
        return storage.mayGoOn(call);
    }

    /** The call is over; one result for each of its files, in their order. */
    public void callFinished(StorageCall call, List<FileResult> results, Duration now) {
        RegionWork work = storage.end(call);
        if (work != null && work.calling != null) {
            work.calling.batch().settle(results);
            work.calling = null;
            proceed(work, now);
        }
        settleDown(now);
    }

    /** The call did not begin: the lease or the assignment would not have lasted. Tried again with the next advance. */
    public void callNotStarted(StorageCall call, Duration now) {
        RegionWork work = storage.end(call);
        if (work != null && work.calling != null) {
            work.calling.batch().reopen();
            work.calling = null;
            releaseIfAsked(work);
            work.completeHeads();
        }
        settleDown(now);
    }

    /** Time has passed. To be called several times a second while the deleter is not {@link #isIdle idle}. */
    public void advance(Duration now) {
        for (AssignedPartition at : partitions.values()) {
            for (RegionWork work : List.copyOf(at.regions.values())) {
                expireWaits(work, now);
                proceed(work, now);
            }
        }
        settleDown(now);
    }

    /** What is to be done, in this order; given out once. */
    public List<Effect> takeEffects() {
        List<Effect> taken = List.copyOf(effects);
        effects.clear();
        return taken;
    }

    /** What the partition can commit now; empty if it is not assigned or there is nothing new. */
    public Optional<Finished> finished(int partition, int atMostReports, Duration now) {
        AssignedPartition at = partitions.get(partition);
        if (at == null) {
            return Optional.empty();
        }
        Finished finished = at.ledger.finished(atMostReports, moment -> at.logTime.isBefore(moment, now));
        return finished.advances() ? Optional.of(finished) : Optional.empty();
    }

    /** What {@link #finished} gave is committed, reports and offset. */
    public void committed(int partition, long nextOffset, Duration now) {
        AssignedPartition at = partitions.get(partition);
        if (at != null) {
            at.ledger.committed(nextOffset);
            settleDown(now);
        }
    }

    /** Returns whether a lock that is held waits for a {@link #membershipCheck} that begins after its grant. */
    public boolean awaitsProof() {
        return locks.awaitsProof();
    }

    /** Returns what proves membership for all grants until now; empty if no partition is assigned. */
    public Optional<MembershipCheck> membershipCheck() {
        return partitions.values().stream()
                .findFirst()
                .map(at -> new MembershipCheck(locks.lastGrant(), at.number, at.ledger.committedOffset()));
    }

    /**
     * The offset commit of the check has succeeded, against the generation under which the commands were read. Where it
     * fails, every partition has to be {@link #drop dropped}.
     */
    public void membershipProved(MembershipCheck check, Duration now) {
        locks.proven(check.grants()).forEach(work -> proceed(work, now));
        settleDown(now);
    }

    /** Whether the partition is ours. */
    public boolean isAssigned(int partition) {
        return partitions.containsKey(partition);
    }

    /** Whether nothing waits for time to pass: no command is pending, no lock is held, no call is under way. */
    public boolean isIdle() {
        return storage.underWay() == 0
                && partitions.values().stream().allMatch(at -> at.regions.isEmpty() && at.ledger.isEmpty());
    }

    /** Storage calls under way, those for partitions that are no longer assigned included. */
    public int callsInFlight() {
        return storage.underWay();
    }

    private void take(AssignedPartition at, long offset, RegionId region, DeleteCommand delete, Duration now) {
        PendingCommand command = new PendingCommand(offset, delete);
        at.logTime.isAtLeast(Times.of(delete.getDecidedAt()), now);
        at.retained.applyTo(command, region);
        at.ledger.begin(command, region);
        at.work(region).commands.addLast(command);
    }

    private static Effect scan(RegionId region, ScanCommand wanted) {
        return new Effect.ScanRegion(wanted.getStore(), new RegionRoot(region, wanted.getRoot()));
    }

    private void fencePassed(AssignedPartition at, Instant appended, RegionId region, FencePassed passed) {
        RegionWork work = at.regions.get(region);
        if (work != null
                && work.lock() instanceof RegionWork.Lock.Fencing fencing
                && fencing.nonce().equals(passed.getNonce())) {
            at.logTime.passed(appended, fencing.published());
            work.changeLock(new RegionWork.Lock.Ready(fencing.ticket(), fencing.lease(), fencing.grant()));
        }
    }

    private void expireWaits(RegionWork work, Duration now) {
        switch (work.lock()) {
            case RegionWork.Lock.Waiting waiting
            when now.compareTo(waiting.until()) >= 0 -> {
                release(work);
                withoutLock(work, "no answer in " + settings.lockWait().toMillis() + " ms", now);
            }
            case RegionWork.Lock.Fencing fencing
            when now.compareTo(fencing.until()) >= 0 ->
                work.failOpen("the fence did not pass within "
                        + settings.fenceWait().toMillis() + " ms; is gc-streams running?");
            case RegionWork.Lock.None none -> {}
            case RegionWork.Lock.Waiting waiting -> {}
            case RegionWork.Lock.Fencing fencing -> {}
            case RegionWork.Lock.Ready ready -> {}
        }
    }

    /**
     * The region's lock was not to be had. What waits becomes retryable, if that may be said; else it waits on: to say
     * nothing would leave a revoked file pending for ever.
     */
    private void withoutLock(RegionWork work, String why, Duration now) {
        work.endWait();
        if (work.mayReport()) {
            work.failOpen("the region's lock was not granted: " + why);
        } else {
            work.refused(now, settings.lockWait());
        }
    }

    private void proceed(AssignedPartition at, RegionId region, Duration now) {
        RegionWork work = at.regions.get(region);
        if (work != null) {
            proceed(work, now);
        }
    }

    /** Takes the region as far as it can go by itself. May be repeated at any time. */
    private void proceed(RegionWork work, Duration now) {
        work.completeHeads();
        if (work.calling != null) {
            return;
        }
        releaseIfAsked(work);
        boolean hasWork = work.hasWork();
        switch (work.lock()) {
            case RegionWork.Lock.None none -> {
                if (work.needsLock()) {
                    if (work.mayAsk(now)) {
                        locks.want(work);
                    }
                } else if (work.commands.isEmpty()) {
                    locks.forget(work);
                }
            }
            case RegionWork.Lock.Waiting waiting -> releaseUnless(work.needsLock(), work, now);
            case RegionWork.Lock.Fencing fencing -> releaseUnless(hasWork, work, now);
            case RegionWork.Lock.Ready ready -> {
                if (hasWork) {
                    locks.use(work);
                    // WARNING: without the proof, what a successor has done already is done again, to a live file (I1).
                    if (locks.isProven(ready)) {
                        storage.want(work);
                    }
                } else if (work.idleUntil == null) {
                    locks.keep(work, now);
                } else if (now.compareTo(work.idleUntil) >= 0) {
                    releaseUnless(false, work, now);
                }
            }
        }
    }

    private void releaseUnless(boolean needed, RegionWork work, Duration now) {
        if (!needed) {
            release(work);
            proceed(work, now);
        }
    }

    private void releaseIfAsked(RegionWork work) {
        if (work.yieldRequested && work.calling == null) {
            release(work);
        }
    }

    private void release(RegionWork work) {
        work.endWait();
        storage.forget(work);
        locks.release(work);
    }

    /** Hands out tickets and calls as far as the bounds allow, and adjusts how far is read ahead. */
    private void settleDown(Duration now) {
        locks.handOut(now);
        for (Optional<RegionWork> idle = storage.handOut(); idle.isPresent(); idle = storage.handOut()) {
            proceed(idle.get(), now);
        }
        for (AssignedPartition at : partitions.values()) {
            Effect reading = at.intake.adjust(at.ledger.bytes(), at.awaitsFence());
            if (reading != null) {
                effects.add(reading);
            }
        }
    }
}
