package io.sexton.deleter.topology;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sexton.deleter.core.DeleterCore;
import io.sexton.deleter.core.Effect;
import io.sexton.deleter.core.Finished;
import io.sexton.deleter.core.MembershipCheck;
import io.sexton.deleter.core.UnusableCommandException;
import io.sexton.proto.MissingPermission;
import io.sexton.proto.Namespace;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.v1.GcCommand;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns the consumer: reads commands into the core, follows the group's assignments, and commits
 * what is finished. Whatever fails, it reads again from the committed offsets: what was deleted is absent then.
 */
final class CommandReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CommandReader.class);
    private static final Duration BUSY_POLL = Duration.ofMillis(20);
    private static final Duration IDLE_POLL = Duration.ofMillis(250);
    private static final Duration OFFSETS_WITHOUT_REPORTS = Duration.ofSeconds(5);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration REFUSALS_LOGGED_EVERY = Duration.ofMinutes(1);
    private static final int REPORTS_A_TRANSACTION = 500;
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(5);

    private final Consumer<byte[], byte[]> consumer;
    private final String commands;

    /** The group commits none of it, so that no open transaction holds back the answer. */
    private final Set<TopicPartition> neverCommitted;

    private final DeleterEngine engine;
    private final ReportTransactions transactions;
    private final DeadLetterBox deadLetters;
    private final DeleterMetrics metrics;
    private final CoordinatorContact coordinator;
    private final Function<Throwable, Optional<String>> refusals;
    private final Duration pollInterval;
    private Duration lastOffsetCommit = DeleterEngine.now();

    /** By the failure, when each was logged last. */
    private final Map<String, Duration> refusalsLogged = new HashMap<>();

    private Duration lastAdvance = DeleterEngine.now();
    private volatile boolean stopping;
    private volatile boolean assigned;

    /**
     * @param namespace of the topics
     * @param coordinator is given the outcome of each request to the group coordinator
     * @param refusals returns the permission that is missing, where that is why a request failed
     * @param pollInterval how long the group waits for the next poll before it takes the assignment away
     */
    CommandReader(
            Consumer<byte[], byte[]> consumer,
            Namespace namespace,
            DeleterEngine engine,
            ReportTransactions transactions,
            DeadLetterBox deadLetters,
            DeleterMetrics metrics,
            CoordinatorContact coordinator,
            Function<Throwable, Optional<String>> refusals,
            Duration pollInterval) {
        this.consumer = consumer;
        this.commands = namespace.topic(Topics.DELETE_COMMANDS);
        this.neverCommitted = Set.of(new TopicPartition(namespace.topic(Topics.EVENTS), 0));
        this.engine = engine;
        this.transactions = transactions;
        this.deadLetters = deadLetters;
        this.metrics = metrics;
        this.coordinator = coordinator;
        this.refusals = refusals;
        this.pollInterval = pollInterval;
    }

    /** Ends after the present round. */
    void stop() {
        stopping = true;
        consumer.wakeup();
    }

    /** Whether the group has told which partitions are this deleter's, be it none. */
    boolean hasAssignment() {
        return assigned;
    }

    /** Returns whether the group coordinator has answered lately. By any thread. */
    boolean reachesCoordinator() {
        return coordinator.isReached(DeleterEngine.now());
    }

    /** Reads until stopped. Throws what cannot be mended by trying again. */
    void run() {
        consumer.subscribe(List.of(commands), new Assignments());
        while (!stopping) {
            try {
                round();
            } catch (WakeupException e) {
                // Asked to stop.
            } catch (AuthorizationException e) {
                // By its type a wrong configuration, but an operator can give a permission back while this waits.
                readAgain(e);
            } catch (InvalidOffsetException | InvalidConfigurationException e) {
                // Commands were lost to the topic's retention, or are out of reach: an operator has to say what now.
                throw e;
            } catch (KafkaException e) {
                readAgain(e);
            }
        }
        commitLast();
    }

    /** Leaves the group. By the thread that ran. */
    @Override
    public void close() {
        try {
            consumer.close();
        } catch (KafkaException e) {
            LOG.warn("Reports are left to the next owner of the partitions: {}", describe(e));
        } finally {
            transactions.close();
        }
    }

    private void round() {
        boolean idle = engine.tell(DeleterCore::isIdle);
        // WARNING: counted from before the poll: the group counts from when it hears of it (section 8, step 2).
        engine.assignedFor(pollInterval.multipliedBy(3).dividedBy(4));
        for (ConsumerRecord<byte[], byte[]> each : consumer.poll(idle ? IDLE_POLL : BUSY_POLL)) {
            read(each);
        }
        advance();
        adjustReading();
        commitFinished();
        probeWithoutPartitions();
    }

    /** A member that has no partition has no offset to commit: a request that reads one shows whether it is answered. */
    private void probeWithoutPartitions() {
        if (!coordinator.isDue(DeleterEngine.now()) || !consumer.assignment().isEmpty()) {
            return;
        }
        try {
            var unused = consumer.committed(neverCommitted, PROBE_TIMEOUT);
            coordinator.answered(DeleterEngine.now());
        } catch (WakeupException | AuthorizationException e) {
            throw e;
        } catch (KafkaException e) {
            coordinator.failed(CoordinatorContact.Coordinator.GROUP, e, DeleterEngine.now());
        }
    }

    /** Looks at every region: not after each of many records, only as often as an idle round would. */
    private void advance() {
        Duration now = DeleterEngine.now();
        if (now.minus(lastAdvance).compareTo(BUSY_POLL) >= 0) {
            lastAdvance = now;
            engine.tell(core -> {
                core.advance(now);
                return true;
            });
        }
    }

    private void read(ConsumerRecord<byte[], byte[]> each) {
        String problem = handIn(each);
        if (problem.isEmpty()) {
            return;
        }
        LOG.error(
                "Record {}-{}@{} is no usable command ({}): earlier commands of its region are not carried out, and the"
                        + " record goes to {}",
                each.topic(),
                each.partition(),
                each.offset(),
                problem,
                Topics.DEAD_LETTERS);
        metrics.unusable();
        deadLetters.put(each, problem);
    }

    /** What is wrong with the record, or empty. */
    private String handIn(ConsumerRecord<byte[], byte[]> each) {
        @Nullable RegionId region = regionOf(each.key());
        if (region == null || each.value() == null) {
            return handInUnusable(each, region, "value: the record has no region as its key, or no value");
        }
        GcCommand command;
        try {
            command = GcCommand.parseFrom(each.value());
        } catch (InvalidProtocolBufferException e) {
            return handInUnusable(each, region, "value: not a sexton.v1.GcCommand: " + e.getMessage());
        }
        return engine.tell(core -> {
            try {
                core.read(
                        each.partition(),
                        each.offset(),
                        Instant.ofEpochMilli(each.timestamp()),
                        region,
                        command,
                        DeleterEngine.now());
                return "";
            } catch (UnusableCommandException e) {
                return String.valueOf(e.getMessage());
            }
        });
    }

    private String handInUnusable(ConsumerRecord<byte[], byte[]> each, @Nullable RegionId region, String problem) {
        return engine.tell(core -> {
            core.readUnusable(each.partition(), each.offset(), region, DeleterEngine.now());
            return problem;
        });
    }

    private static @Nullable RegionId regionOf(byte @Nullable [] key) {
        if (key == null) {
            return null;
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(key))
                    .toString();
            return RegionId.problemWith(text).isPresent() ? null : RegionId.of(text);
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private void adjustReading() {
        for (Optional<Effect.Reading> next = engine.nextForConsumer();
                next.isPresent();
                next = engine.nextForConsumer()) {
            switch (next.get()) {
                case Effect.PauseReading pause -> ifAssigned(pause.partition(), consumer::pause);
                case Effect.ResumeReading resume -> ifAssigned(resume.partition(), consumer::resume);
                case Effect.SeekTo seek -> {
                    ifAssigned(seek.partition(), partitions -> {
                        partitions.forEach(partition -> consumer.seek(partition, seek.offset()));
                        consumer.resume(partitions);
                    });
                    engine.tell(core -> {
                        core.seekDone(seek.partition(), DeleterEngine.now());
                        return true;
                    });
                }
            }
        }
    }

    private void ifAssigned(int partition, java.util.function.Consumer<Collection<TopicPartition>> action) {
        TopicPartition named = new TopicPartition(commands, partition);
        if (consumer.assignment().contains(named)) {
            action.accept(Set.of(named));
        }
    }

    /** Commits what is finished, or membership alone, where a grant waits for the proof or the coordinator was silent. */
    private void commitFinished() {
        Map<Integer, Finished> finished = new HashMap<>();
        boolean awaitsProof = engine.tell(core -> {
            for (TopicPartition partition : consumer.assignment()) {
                core.finished(partition.partition(), REPORTS_A_TRANSACTION, DeleterEngine.now())
                        .ifPresent(part -> finished.put(partition.partition(), part));
            }
            return core.awaitsProof();
        });
        // WARNING: taken before the commit: a grant that comes while it is under way waits for the next one (I1).
        Optional<MembershipCheck> check = engine.tell(DeleterCore::membershipCheck);
        if (check.isEmpty()) {
            return;
        }
        MembershipCheck membership = check.get();
        int reports = finished.values().stream()
                .mapToInt(part -> part.reports().size())
                .sum();
        Duration now = DeleterEngine.now();
        // Fences and revokes alone can wait: read again, they change nothing.
        boolean hasOffsets = !finished.isEmpty()
                && (reports > 0 || now.minus(lastOffsetCommit).compareTo(OFFSETS_WITHOUT_REPORTS) >= 0);
        if (!hasOffsets && !awaitsProof && !coordinator.isDue(now)) {
            return;
        }
        lastOffsetCommit = now;
        transactions.commit(finished, membership, consumer.groupMetadata());
        coordinator.answered(DeleterEngine.now());
        metrics.reported(reports);
        finished.values().forEach(part -> part.reports().forEach(ReportLog::write));
        engine.tell(core -> {
            finished.forEach((partition, part) -> core.committed(partition, part.nextOffset(), DeleterEngine.now()));
            core.membershipProved(membership, DeleterEngine.now());
            return true;
        });
    }

    private void commitLast() {
        try {
            lastOffsetCommit = DeleterEngine.now().minus(OFFSETS_WITHOUT_REPORTS);
            commitFinished();
        } catch (KafkaException e) {
            LOG.warn("The last reports are left to the next delivery of their commands: {}", describe(e));
        }
    }

    /** Nothing that the core believes of the partitions is certain any more; the committed offsets are. */
    private void readAgain(KafkaException failure) {
        metrics.redelivered();
        if (MissingPermission.isIn(failure)) {
            warn("No deletion is reported until this permission is there", failure);
        }
        // Both coordinators take part in a commit, and its failure does not name the silent one. This request does.
        CoordinatorContact.Coordinator asked = CoordinatorContact.Coordinator.TRANSACTION;
        try {
            Set<TopicPartition> partitions = consumer.assignment();
            dropAll(partitions);
            LockSupport.parkNanos(PAUSE_AFTER_FAILURE.toNanos());
            transactions.reset();
            asked = CoordinatorContact.Coordinator.GROUP;
            report(asked, "Commands are read again from the committed offsets, after", failure);
            begin(partitions);
        } catch (WakeupException e) {
            // Asked to stop.
        } catch (KafkaException e) {
            report(asked, "The brokers do not say where to read again; the next round tries", e);
            if (!stopping) {
                // Leaving and joining again settles the positions anew.
                assigned = false;
                consumer.unsubscribe();
                consumer.subscribe(List.of(commands), new Assignments());
            }
        }
    }

    private void report(CoordinatorContact.Coordinator asked, String what, KafkaException failure) {
        if (!MissingPermission.isIn(failure)) {
            coordinator.failed(asked, failure, DeleterEngine.now());
        }
        warn(what, failure);
    }

    /** A refusal comes again with each round: it is logged when it begins, and once a minute while it lasts. */
    private void warn(String what, KafkaException failure) {
        Duration now = DeleterEngine.now();
        if (MissingPermission.isIn(failure)) {
            // One missing permission may fail the steps of a round in turn, each in its own words.
            refusalsLogged.values().removeIf(logged -> now.minus(logged).compareTo(REFUSALS_LOGGED_EVERY) >= 0);
            if (refusalsLogged.putIfAbsent(failure.toString(), now) != null) {
                return;
            }
        } else if (coordinator.isLost()) {
            return; // reported as such
        }
        LOG.warn("{}: {}", what, describe(failure));
    }

    private String describe(KafkaException failure) {
        return refusals.apply(failure).orElseGet(failure::toString);
    }

    private void dropAll(Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> engine.drop(partition.partition()));
    }

    /** Reads the partitions from their committed offsets; a group that never committed begins at the beginning. */
    private void begin(Collection<TopicPartition> partitions) {
        if (partitions.isEmpty()) {
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(Set.copyOf(partitions));
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions.stream()
                .filter(partition -> committed.get(partition) == null)
                .collect(Collectors.toSet()));
        for (TopicPartition partition : partitions) {
            OffsetAndMetadata offset = committed.get(partition);
            long position = offset != null ? offset.offset() : beginnings.getOrDefault(partition, 0L);
            consumer.seek(partition, position);
            consumer.resume(Set.of(partition));
            engine.tell(core -> {
                core.assign(partition.partition(), position);
                return true;
            });
        }
    }

    private final class Assignments implements ConsumerRebalanceListener {

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            assigned = true;
            begin(partitions);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            try {
                commitFinished();
            } finally {
                // What fails comes out of poll: the transaction of partitions that are kept has to be settled, too.
                dropAll(partitions);
            }
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            assigned = false;
            dropAll(partitions);
        }
    }
}
