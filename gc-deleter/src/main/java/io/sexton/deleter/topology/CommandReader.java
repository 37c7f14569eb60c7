package io.sexton.deleter.topology;

import io.sexton.deleter.core.CommandPosition;
import io.sexton.deleter.core.CommandRules;
import io.sexton.deleter.core.DeleterView;
import io.sexton.deleter.core.Effect;
import io.sexton.deleter.core.Finished;
import io.sexton.deleter.core.Input;
import io.sexton.deleter.core.MembershipCheck;
import io.sexton.proto.LogRecord;
import io.sexton.proto.MissingPermission;
import io.sexton.v1.RegionEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * The reader of the commands: follows the group's assignments, reads records into the core, and commits what is finished.
 * After any failure it reads again from the committed offsets: what was deleted is absent then. For one thread. The same
 * class runs in production and in simulations, on other ports; a round waits in its ports alone.
 */
public final class CommandReader implements AutoCloseable {

    private static final Duration BUSY_POLL = Duration.ofMillis(20);
    private static final Duration IDLE_POLL = Duration.ofMillis(250);
    private static final Duration OFFSETS_WITHOUT_REPORTS = Duration.ofSeconds(5);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration REFUSALS_LOGGED_EVERY = Duration.ofMinutes(1);

    /**
     * The group as its member sees it.
     *
     * @param deleter name of this deleter, in its events
     * @param groupId in messages
     * @param pollInterval how long the group waits for the next poll before it takes the assignment away
     * @param reportsATransaction most reports of one partition in one transaction
     * @param brokersAnswering how long brokers have answered another client, without a pause until now
     * @param refusals returns the permission that is missing, where that is why a request failed
     */
    public record Membership(
            String deleter,
            String groupId,
            Duration pollInterval,
            int reportsATransaction,
            Supplier<Duration> brokersAnswering,
            Function<Throwable, Optional<String>> refusals) {}

    private final CommandLog log;
    private final DeleterEngine engine;
    private final ReaderListener listener;
    private final Membership membership;
    private final CoordinatorContact coordinator;
    private Duration lastOffsetCommit;
    private Duration lastAdvance;

    /** By the failure, when each was logged last. */
    private final Map<String, Duration> refusalsLogged = new HashMap<>();

    /** The failure after which the next round reads again from the committed offsets. */
    private @Nullable KafkaException failure;

    private volatile boolean stopping;
    private volatile boolean assigned;

    /** @param listener to what was read and committed */
    public CommandReader(CommandLog log, DeleterEngine engine, ReaderListener listener, Membership membership) {
        this.log = log;
        this.engine = engine;
        this.listener = listener;
        this.membership = membership;
        this.coordinator = new CoordinatorContact(
                membership.groupId(), engine.now(), membership.brokersAnswering(), listener::outage);
        this.lastOffsetCommit = engine.now();
        this.lastAdvance = engine.now();
    }

    /** Ends the reading after the present round. By any thread. */
    void stop() {
        stopping = true;
        log.wakeup();
    }

    /** Returns whether the group has assigned partitions to this deleter, be it none. By any thread. */
    boolean hasAssignment() {
        return assigned;
    }

    /** Returns whether the group coordinator has answered lately. By any thread. */
    boolean reachesCoordinator() {
        return coordinator.isReached(engine.now());
    }

    /** Reads until stopped. Throws a failure that is not retryable. */
    void run() {
        join();
        while (!stopping) {
            LockSupport.parkNanos(round().toNanos());
        }
        commitLast();
    }

    /** Joins the group; rounds may follow. */
    public void join() {
        log.join(new Assigned());
    }

    /** Leaves the group. By the thread that ran. */
    @Override
    public void close() {
        try {
            log.close();
        } catch (KafkaException e) {
            listener.retried("Reports are left to the next owner of the partitions: " + describe(e));
        }
    }

    /**
     * Reads and commits once.
     *
     * @return how long to wait before the next round
     * @throws KafkaException that is not retryable
     */
    public Duration round() {
        try {
            readAgain();
            boolean idle = engine.query(DeleterView::isIdle);
            // WARNING: counted from before the poll: the group counts from its request (section 8, step 2).
            engine.assignedFor(membership.pollInterval().multipliedBy(3).dividedBy(4));
            log.poll(idle ? IDLE_POLL : BUSY_POLL).forEach(this::read);
            advance();
            adjustReading();
            commitFinished();
            probeWithoutPartitions();
            return Duration.ZERO;
        } catch (WakeupException e) {
            return Duration.ZERO; // to stop
        } catch (AuthorizationException e) {
            // By its type a wrong configuration, but an operator can give a permission back while this waits.
            return failed(e);
        } catch (InvalidOffsetException | InvalidConfigurationException e) {
            // Commands were lost to the topic's retention, or are out of reach: an operator has to decide.
            throw e;
        } catch (KafkaException e) {
            return failed(e);
        }
    }

    /** Probes the coordinator: a member that has no partition has no offset to commit. */
    private void probeWithoutPartitions() {
        if (!coordinator.isDue(engine.now()) || !log.assignment().isEmpty()) {
            return;
        }
        try {
            log.probe();
            coordinator.answered(engine.now());
        } catch (WakeupException | AuthorizationException e) {
            throw e;
        } catch (KafkaException e) {
            coordinator.failed(CoordinatorContact.Coordinator.GROUP, e, engine.now());
        }
    }

    /** Lets time pass for every region: not after each of many records, only as often as in an idle round. */
    private void advance() {
        Duration now = engine.now();
        if (now.minus(lastAdvance).compareTo(BUSY_POLL) >= 0) {
            lastAdvance = now;
            engine.submit(new Input.TimePassed(now));
        }
    }

    private void read(LogRecord each) {
        Input input = CommandRules.parse(each, engine.now());
        engine.submit(input);
        if (input instanceof Input.UnusableRecord unusable) {
            listener.unusable(each, unusable.problem());
        }
    }

    private void adjustReading() {
        for (Optional<Effect.Reading> next = engine.nextForConsumer();
                next.isPresent();
                next = engine.nextForConsumer()) {
            Effect.Reading reading = next.get();
            boolean isAssigned = log.assignment().contains(reading.partition());
            switch (reading) {
                case Effect.PauseReading pause when isAssigned -> log.pause(pause.partition());
                case Effect.ResumeReading resume when isAssigned -> log.resume(resume.partition());
                case Effect.SeekTo seek
                when isAssigned -> {
                    log.seek(seek.partition(), seek.offset());
                    log.resume(seek.partition());
                    engine.submit(new Input.SeekDone(seek.partition(), engine.now()));
                }
                case Effect.Reading over -> {}
            }
        }
    }

    /** Commits what is finished, or membership alone, where a grant waits for the proof or the coordinator was silent. */
    private void commitFinished() {
        Map<Integer, Finished> finished = new HashMap<>();
        Set<Integer> partitions = log.assignment();
        boolean awaitsProof = engine.query(core -> {
            partitions.forEach(partition -> core.finished(partition, membership.reportsATransaction(), engine.now())
                    .ifPresent(part -> finished.put(partition, part)));
            return core.awaitsProof();
        });
        // WARNING: taken before the commit: a grant that comes while it is under way waits for the next one (I1).
        Optional<MembershipCheck> taken = engine.query(DeleterView::membershipCheck);
        if (taken.isEmpty()) {
            return;
        }
        MembershipCheck check = taken.get();
        List<Finished.Report> reports = new ArrayList<>();
        finished.values().forEach(part -> reports.addAll(part.reports()));
        Duration now = engine.now();
        // Fences and revokes alone can wait: read again, they change nothing.
        boolean hasOffsets = !finished.isEmpty()
                && (!reports.isEmpty() || now.minus(lastOffsetCommit).compareTo(OFFSETS_WITHOUT_REPORTS) >= 0);
        if (!hasOffsets && !awaitsProof && !coordinator.isDue(now)) {
            return;
        }
        lastOffsetCommit = now;
        Map<Integer, CommandPosition> positions = new HashMap<>();
        finished.forEach((partition, part) -> positions.put(partition, part.position()));
        // Where nothing is finished, the committed position is committed once more, for the proof.
        // WARNING: with what is settled above its offset, or that would be carried out again (I1).
        log.commit(
                reports.stream().map(this::event).toList(),
                positions.isEmpty() ? Map.of(check.partition(), check.position()) : positions);
        coordinator.answered(engine.now());
        reports.forEach(listener::reported);
        positions.forEach(
                (partition, position) -> engine.submit(new Input.Committed(partition, position, engine.now())));
        engine.submit(new Input.MembershipProved(check, engine.now()));
    }

    private RegionEvent event(Finished.Report report) {
        return RegionEvent.newBuilder()
                .setRegion(report.region().value())
                .setProducer(membership.deleter())
                .setDeletionReport(report.report())
                .build();
    }

    private void commitLast() {
        try {
            if (failure == null) {
                lastOffsetCommit = engine.now().minus(OFFSETS_WITHOUT_REPORTS);
                commitFinished();
            } else {
                log.settle();
            }
        } catch (KafkaException e) {
            listener.retried("The last reports are left to the next delivery of their commands: " + describe(e));
        }
    }

    /** Drops all partitions: the core's state of them is uncertain, the committed offsets are not. */
    private Duration failed(KafkaException reason) {
        listener.redelivered();
        if (MissingPermission.isIn(reason)) {
            warn("No deletion is reported until this permission is there", reason);
        }
        dropAll(log.assignment());
        failure = reason;
        return PAUSE_AFTER_FAILURE;
    }

    /** Reads the partitions from their committed offsets after a failure. */
    private void readAgain() {
        KafkaException reason = failure;
        if (reason == null) {
            return;
        }
        failure = null;
        // Both coordinators take part in a commit, and its failure does not name the silent one. This request does.
        CoordinatorContact.Coordinator requested = CoordinatorContact.Coordinator.TRANSACTION;
        try {
            log.settle();
            requested = CoordinatorContact.Coordinator.GROUP;
            report(requested, "Commands are read again from the committed offsets, after", reason);
            begin(log.assignment());
        } catch (WakeupException e) {
            throw e;
        } catch (KafkaException e) {
            report(requested, "The brokers do not say where to read again; the next round tries", e);
            if (!stopping) {
                // Leaving and joining again settles the positions anew.
                assigned = false;
                log.leave();
                join();
            }
        }
    }

    private void report(CoordinatorContact.Coordinator requested, String what, KafkaException reason) {
        if (!MissingPermission.isIn(reason)) {
            coordinator.failed(requested, reason, engine.now());
        }
        warn(what, reason);
    }

    /** Logs a failure. A refusal comes again with each round: it is logged when it begins, and once a minute. */
    private void warn(String what, KafkaException reason) {
        Duration now = engine.now();
        if (MissingPermission.isIn(reason)) {
            // One missing permission may fail the steps of a round in turn, each in its own words.
            refusalsLogged.values().removeIf(logged -> now.minus(logged).compareTo(REFUSALS_LOGGED_EVERY) >= 0);
            if (refusalsLogged.putIfAbsent(reason.toString(), now) != null) {
                return;
            }
        } else if (coordinator.isLost()) {
            return; // reported as such
        }
        listener.retried(what + ": " + describe(reason));
    }

    private String describe(KafkaException reason) {
        return membership.refusals().apply(reason).orElseGet(reason::toString);
    }

    private void dropAll(Set<Integer> partitions) {
        partitions.forEach(engine::drop);
    }

    /** Reads the partitions from their committed offsets; a group that never committed begins at the beginning. */
    private void begin(Set<Integer> partitions) {
        if (partitions.isEmpty()) {
            return;
        }
        Map<Integer, CommandPosition> committed = log.committed(partitions);
        for (int partition : partitions) {
            CommandPosition position = committed.getOrDefault(partition, CommandPosition.at(0));
            log.seek(partition, position.nextOffset());
            log.resume(partition);
            engine.submit(new Input.PartitionAssigned(partition, position));
        }
    }

    private final class Assigned implements CommandLog.Assignments {

        @Override
        public void assigned(Set<Integer> partitions) {
            assigned = true;
            begin(partitions);
        }

        @Override
        public void revoked(Set<Integer> partitions) {
            try {
                commitFinished();
            } finally {
                // What fails comes out of poll: the transaction of partitions that are kept has to be settled, too.
                dropAll(partitions);
            }
        }

        @Override
        public void lost(Set<Integer> partitions) {
            assigned = false;
            dropAll(partitions);
        }
    }
}
