package io.sexton.deleter.core;

import io.sexton.proto.RegionId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The work for one region of one assigned partition: its commands in order, its lock, and the call under way. */
final class RegionWork {

    /** The state of the region's lock. */
    sealed interface Lock {

        /** Not requested. */
        record None() implements Lock {}

        /** Requested. */
        record Waiting(LockTicket ticket, Duration until) implements Lock {}

        /** Held, but what was logged before the grant has not all been read: no storage call yet (I4). */
        record Fencing(LockTicket ticket, Lease lease, long grant, String nonce, Duration published, Duration until)
                implements Lock {}

        /** Held, and the fence has passed. {@code grant} numbers the grants of this deleter. */
        record Ready(LockTicket ticket, Lease lease, long grant) implements Lock {}
    }

    private record Calling(StorageCall call, Batch batch) {}

    private static final Lock NONE = new Lock.None();

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private final AssignedPartition at;
    private final RegionId region;
    private final Deque<PendingCommand> commands = new ArrayDeque<>();
    private Lock lock = NONE;

    /** The last grant's token, or null as long as there was none. */
    private @Nullable Long token;

    private int refusals;
    private @Nullable Duration nextRequest;
    private @Nullable Duration waitEnds;
    private @Nullable Calling calling;
    private boolean yieldRequested;

    RegionWork(AssignedPartition at, RegionId region) {
        this.at = at;
        this.region = region;
    }

    RegionId region() {
        return region;
    }

    void add(PendingCommand command) {
        commands.addLast(command);
    }

    boolean hasCommands() {
        return !commands.isEmpty();
    }

    /** Returns whether some command has files that are neither settled nor in a call. */
    boolean hasWork() {
        PendingCommand head = commands.peekFirst();
        // The first stands for all, once results may be reported: where it has nothing open it is in a call, or gone.
        return head != null && head.hasWork();
    }

    /** Returns the store of the first command; empty without commands. */
    Optional<String> firstStore() {
        return Optional.ofNullable(commands.peekFirst()).map(PendingCommand::store);
    }

    /** Returns the store that the next storage call is for; empty if no file is pending. */
    Optional<String> nextStore() {
        return commands.stream()
                .filter(command -> command.next().isPresent())
                .findFirst()
                .map(PendingCommand::store);
    }

    /** Returns whether the lock is needed: for a storage call, or to report what needs none. */
    boolean needsLock() {
        return hasWork() || (!mayReport() && !commands.isEmpty());
    }

    /**
     * Returns whether results may be reported. WARNING: not before this assignment's first grant (I1). A deleter that had
     * the partition before may still be at work under a lock of its own; to gc-streams, and to readers whose pins wait for
     * it, a report means that no delete is under way any more (design, section 6).
     */
    boolean mayReport() {
        return token != null;
    }

    /** Removes the settled commands from the front, and enters their reports into the ledger. */
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

    /** Makes all pending files retryable. */
    void failOpen(String why) {
        commands.forEach(command -> command.settleOpen(FileResult.retryable(why)));
    }

    Lock lock() {
        return lock;
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

    private void changeLock(Lock next) {
        at.fencing(isFencing(), next instanceof Lock.Fencing);
        lock = next;
    }

    /** Enters the request for the lock. The wait for it begins now unless it has begun: it outlasts refusals. */
    void requestLock(LockTicket ticket, Duration now, Duration longest) {
        if (waitEnds == null) {
            waitEnds = now.plus(longest);
        }
        changeLock(new Lock.Waiting(ticket, waitEnds));
    }

    /** Enters the grant: from now on results may be reported. */
    void granted(long grantToken) {
        token = grantToken;
        refusals = 0;
        nextRequest = null;
        waitEnds = null;
    }

    boolean isFencing() {
        return lock instanceof Lock.Fencing;
    }

    void fence(Lock.Fencing fencing) {
        changeLock(fencing);
    }

    /** Makes the lock ready if the nonce is that of its fence. Returns when that fence was published at the earliest. */
    Optional<Duration> passFence(String nonce) {
        if (lock instanceof Lock.Fencing fencing && fencing.nonce().equals(nonce)) {
            changeLock(new Lock.Ready(fencing.ticket(), fencing.lease(), fencing.grant()));
            return Optional.of(fencing.published());
        }
        return Optional.empty();
    }

    /** Ends the use of the lock, or the request for it. */
    void endLock() {
        changeLock(NONE);
        yieldRequested = false;
    }

    /** Returns whether the lock has been waited for as long as a command waits before it becomes retryable. */
    boolean hasWaited(Duration now) {
        return waitEnds == null || now.compareTo(waitEnds) >= 0;
    }

    /** Ends the wait for the lock; the next request begins another one. */
    void endWait() {
        waitEnds = null;
    }

    /**
     * Delays the next request after a refusal: by a second, by twice as long each time, and at most until the wait for the
     * lock ends.
     */
    void refused(Duration now, Duration longest) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(refusals++, 20));
        Duration next = now.plus(pause.compareTo(longest) < 0 ? pause : longest);
        nextRequest = waitEnds != null && waitEnds.compareTo(next) < 0 ? waitEnds : next;
    }

    /** Returns whether the lock may be requested now, should it be needed. */
    boolean mayRequest(Duration now) {
        return nextRequest == null || now.compareTo(nextRequest) >= 0;
    }

    void requestYield() {
        yieldRequested = true;
    }

    /** Returns whether the lock has to be released now, for another owner. */
    boolean mustYield() {
        return yieldRequested && calling == null;
    }

    /**
     * Begins the next storage call; none if no file is pending.
     *
     * @param id of the call
     */
    Optional<StorageCall> beginCall(long id, Lock.Ready ready, int mostFiles) {
        Batch batch = Batch.next(commands, mostFiles, ready.lease().token());
        PendingCommand first = batch.first();
        if (first == null) {
            return Optional.empty();
        }
        StorageCall call = new StorageCall(
                id,
                at.number,
                ready.ticket(),
                ready.lease(),
                first.store(),
                first.root(region),
                first.treatment(),
                batch.deletions());
        calling = new Calling(call, batch);
        return Optional.of(call);
    }

    /** Returns the call under way. */
    Optional<StorageCall> call() {
        return Optional.ofNullable(calling).map(Calling::call);
    }

    /** Returns whether a file of the call under way has been revoked since it was given out. */
    boolean isCallRevoked() {
        return calling != null && calling.batch().isRevoked();
    }

    void finishCall(List<FileResult> results) {
        if (calling != null) {
            calling.batch().settle(results);
            calling = null;
        }
    }

    /** Takes the call back that was not begun. */
    void reopenCall() {
        if (calling != null) {
            calling.batch().reopen();
            calling = null;
        }
    }

    /** Removes the region from its partition: it has neither work nor a lock. */
    void remove() {
        at.remove(region);
    }
}
