package io.sexton.deleter.core;

import io.sexton.proto.FieldProblem;
import io.sexton.proto.RegionId;
import io.sexton.v1.GcCommand;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One piece of news for {@link DeleterCore#on}: a record of the log, a change of the assignment, or the outcome of an
 * {@link Effect}. News of a lock ticket, a call or a partition that is over is ignored.
 */
public sealed interface Input {

    /** News after which work may start. */
    sealed interface Timed extends Input {
        /** The time since a fixed moment of the process, by its monotonic clock. */
        Duration now();
    }

    /**
     * The partition is assigned to this deleter.
     *
     * @param position the committed one; reading begins at its offset
     */
    record PartitionAssigned(int partition, CommandPosition position) implements Input {}

    /**
     * The assignment of the partition has ended, or its state is uncertain. All that is known of it is dropped, no call for
     * it starts any more, and its locks are released, each after the call that runs under it. What was not committed is
     * delivered again; what was deleted is absent then.
     */
    record PartitionDropped(int partition) implements Input {}

    /**
     * The deleter is about to end: no call is given out any more, those under way go on. Locks are kept until their
     * partitions are dropped.
     */
    record Stopping() implements Input {}

    /**
     * A record of the command topic was read, in the order of its partition.
     *
     * @param appended its time, by the clock of the log
     * @param key the region that is the key of the record
     */
    record RecordRead(int partition, long offset, Instant appended, RegionId key, GcCommand command, Duration now)
            implements Timed {

        /** @throws IllegalArgumentException if the command breaks a rule: that is an {@link UnusableRecord} */
        public RecordRead {
            FieldProblem problem = CommandRules.problemWith(key, command);
            if (problem != null) {
                throw new IllegalArgumentException(problem.toString());
            }
        }
    }

    /**
     * A record was read that is no command, or none that this build understands. It may have been a revoke: the files of
     * all earlier commands stay (I5).
     *
     * @param key the region of the record, or null if that cannot be read either
     * @param problem why it is unusable
     */
    record UnusableRecord(
            int partition, long offset, @Nullable RegionId key, String problem, Duration now) implements Timed {}

    /** The consumer stands at the offset of an {@link Effect.SeekTo}. */
    record SeekDone(int partition, Duration now) implements Timed {}

    /** The lock is held; it is not used before the fence has passed. */
    record LockGranted(LockTicket ticket, Lease lease, Duration now) implements Timed {}

    /** The lock was not granted, and will not be for this ticket. */
    record LockRefused(LockTicket ticket, String why, Duration now) implements Timed {}

    /**
     * The lock is no longer held, or not certainly. A call that is under way goes on, since it was started well within
     * the lease; the lock is released after it, in case the coordinator still counts it as held.
     */
    record LockLost(LockTicket ticket, Duration now) implements Timed {}

    /** Another owner waits for the region: the lock is released after the current call. */
    record YieldRequested(LockTicket ticket, Duration now) implements Timed {}

    /** The fence could not be published, so it will not pass. */
    record FenceNotPublished(LockTicket ticket, String why, Duration now) implements Timed {}

    /** The call is over; one result for each of its files, in their order. */
    record CallFinished(StorageCall call, List<FileResult> results, Duration now) implements Timed {}

    /** The call was not begun: the lease or the assignment would not have lasted. The next {@link TimePassed} repeats it. */
    record CallNotStarted(StorageCall call, Duration now) implements Timed {}

    /** Time has passed. Several times a second while the deleter is not {@link DeleterView#isIdle idle}. */
    record TimePassed(Duration now) implements Timed {}

    /** Reports and position of {@link DeleterView#finished} are committed. */
    record Committed(int partition, CommandPosition position, Duration now) implements Timed {}

    /**
     * The offset commit of the check has succeeded, against the generation under which the commands were read. After a
     * failure, every partition has to be {@link PartitionDropped dropped}.
     */
    record MembershipProved(MembershipCheck check, Duration now) implements Timed {}
}
