package io.sexton.deleter.core;

import io.sexton.proto.RegionId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What is to be done for one region of one assigned partition: its commands in order, and where its lock stands. */
final class RegionWork {

    /** Where the region's lock stands. */
    sealed interface Lock {

        /** Not asked for. */
        record None() implements Lock {}

        /** Asked for. */
        record Waiting(LockTicket ticket, Duration until) implements Lock {}

        /** Held, but what was logged before the grant has not all been read: no storage call yet (I4). */
        record Fencing(LockTicket ticket, Lease lease, long grant, String nonce, Duration published, Duration until)
                implements Lock {}

        /** Held, and the fence has passed. {@code grant} numbers the grants of this deleter. */
        record Ready(LockTicket ticket, Lease lease, long grant) implements Lock {}
    }

    /** A storage call under way. */
    record Calling(StorageCall call, Batch batch) {}

    static final Lock NONE = new Lock.None();

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    final AssignedPartition at;
    final RegionId region;
    final Deque<PendingCommand> commands = new ArrayDeque<>();
    private Lock lock = NONE;

    /** The last grant's token, or null as long as there was none. */
    private @Nullable Long token;

    private int refusals;
    private @Nullable Duration askAgainAt;
    private @Nullable Duration waitEnds;

    @Nullable
    Calling calling;

    boolean yieldRequested;

    @Nullable
    Duration idleUntil;

    RegionWork(AssignedPartition at, RegionId region) {
        this.at = at;
        this.region = region;
    }

    Lock lock() {
        return lock;
    }

    void changeLock(Lock next) {
        at.fencing(isFencing(), next instanceof Lock.Fencing);
        lock = next;
    }

    /** Whether some command has files that are neither settled nor in a call. */
    boolean hasWork() {
        PendingCommand head = commands.peekFirst();
        // The first tells for all, once results may be reported: where it has nothing open it is in a call, or gone.
        return head != null && head.hasWork();
    }

    /** The lock is held. */
    void granted(long grantToken) {
        token = grantToken;
        refusals = 0;
        askAgainAt = null;
        waitEnds = null;
    }

    /** Returns when the wait for the lock ends, which begins now unless it has begun: it outlasts refusals. */
    Duration waitEnds(Duration now, Duration longest) {
        if (waitEnds == null) {
            waitEnds = now.plus(longest);
        }
        return waitEnds;
    }

    /** Returns whether the lock has been waited for as long as a command waits before it becomes retryable. */
    boolean hasWaited(Duration now) {
        return waitEnds == null || now.compareTo(waitEnds) >= 0;
    }

    /** The wait for the lock is over; the next request begins another one. */
    void endWait() {
        waitEnds = null;
    }

    /**
     * The lock was refused, and is not requested again at once: after a second, after twice as long each time, and when the
     * wait for it ends.
     */
    void refused(Duration now, Duration longest) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(refusals++, 20));
        Duration next = now.plus(pause.compareTo(longest) < 0 ? pause : longest);
        askAgainAt = waitEnds != null && waitEnds.compareTo(next) < 0 ? waitEnds : next;
    }

    /** Whether the lock is to be asked for now, should it be needed. */
    boolean mayAsk(Duration now) {
        return askAgainAt == null || now.compareTo(askAgainAt) >= 0;
    }

    /**
     * Whether results may be reported. WARNING: not before this assignment's first grant (I1). A deleter that had the
     * partition before may still be at work under a lock of its own; a report would tell gc-streams, and readers whose
     * pins wait for it, that no delete is under way any more (design, section 6).
     */
    boolean mayReport() {
        return token != null;
    }

    /** Whether the lock is needed: to do something, or to report what needs nothing to be done. */
    boolean needsLock() {
        return hasWork() || (!mayReport() && !commands.isEmpty());
    }

    /** Takes what is settled from the front, and notes the reports. */
    void completeHeads() {
        Long grant = token;
        if (grant == null) {
            return;
        }
        PendingCommand head = commands.peekFirst();
        while (head != null && head.isSettled()) {
            at.ledger.settle(head.offset(), head.report(grant));
            commands.removeFirst();
            head = commands.peekFirst();
        }
    }

    void revoke(Revocation revocation) {
        commands.forEach(command -> command.revoke(revocation));
    }

    /** Gives up on all that is open and in no call. */
    void failOpen(String why) {
        commands.forEach(command -> command.settleOpen(FileResult.retryable(why)));
    }

    boolean isFencing() {
        return lock instanceof Lock.Fencing;
    }

    @Nullable
    LockTicket ticket() {
        return switch (lock) {
            case Lock.None none -> null;
            case Lock.Waiting waiting -> waiting.ticket();
            case Lock.Fencing fencing -> fencing.ticket();
            case Lock.Ready ready -> ready.ticket();
        };
    }
}
