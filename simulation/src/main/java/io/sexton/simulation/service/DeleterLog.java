package io.sexton.simulation.service;

import io.sexton.deleter.topology.CommandLog;
import io.sexton.deleter.topology.LogFailureException;
import io.sexton.proto.LogRecord;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.simulation.World;
import io.sexton.simulation.kernel.SimulatedProcess;
import io.sexton.simulation.log.FaultPlan.Fault;
import io.sexton.simulation.log.SimulatedLog;
import io.sexton.simulation.log.Transaction;
import io.sexton.testkit.SeededRandom;
import io.sexton.v1.RegionEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The log as one deleter process reads and writes it: as a member of the group, and in transactions. */
final class DeleterLog implements CommandLog {

    private static final class Assigned {
        private final int epoch;
        private long position;
        private long committed;

        /** The offset up to which it has been read, even if it is read again from before. */
        private long read;

        private boolean paused;

        private Assigned(int epoch) {
            this.epoch = epoch;
        }
    }

    private final World world;
    private final Group group;
    private final SimulatedProcess process;
    private final Runnable crash;
    private final SeededRandom random;
    private final Map<Integer, Assigned> partitions = new TreeMap<>();

    /** Changes of the assignment that the next poll delivers. */
    private final Deque<Runnable> changes = new ArrayDeque<>();

    private @Nullable Assignments listener;

    private boolean isCommitting;

    /** The end of a process, or of the world, in the middle of a call that blocks. */
    static final class ProcessEndedException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    DeleterLog(World world, Group group, SimulatedProcess process, Runnable crash, SeededRandom random) {
        this.world = world;
        this.group = group;
        this.process = process;
        this.crash = crash;
        this.random = random;
    }

    void assign(int partition, int epoch) {
        changes.add(() -> {
            if (partitions.containsKey(partition)) {
                lose(Set.of(partition));
            }
            partitions.put(partition, new Assigned(epoch));
            listener().assigned(Set.of(partition));
            world.trace(process.name(), () -> "owns commands-" + partition + " from " + at(partition).position);
        });
    }

    void revoke(int partition) {
        changes.add(() -> {
            if (partitions.containsKey(partition)) {
                try {
                    listener().revoked(Set.of(partition));
                } finally {
                    partitions.remove(partition);
                }
            }
        });
    }

    void evict() {
        changes.add(() -> lose(assignment()));
    }

    private void lose(Set<Integer> lost) {
        if (!lost.isEmpty()) {
            listener().lost(lost);
            partitions.keySet().removeAll(lost);
        }
    }

    /** Returns those that another member has by now. */
    private Set<Integer> stale() {
        return partitions.entrySet().stream()
                .filter(each -> !group.isCurrent(each.getKey(), each.getValue().epoch))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** Returns whether a poll would deliver something. */
    boolean hasMore() {
        return !changes.isEmpty()
                || partitions.entrySet().stream()
                        .anyMatch(each -> next(each.getKey(), each.getValue()).isPresent());
    }

    private Optional<SimulatedLog.Entry> next(int partition, Assigned at) {
        return at.paused ? Optional.empty() : commands(partition).next(at.position);
    }

    /** Returns the highest offset before which all has been read in this assignment; -1 without one. */
    long readUpTo(int partition) {
        return Optional.ofNullable(partitions.get(partition)).map(at -> at.read).orElse(-1L);
    }

    /** Returns the offset of the next record; 0 without an assignment. */
    long position(int partition) {
        return Optional.ofNullable(partitions.get(partition))
                .map(at -> at.position)
                .orElse(0L);
    }

    private SimulatedLog.Partition commands(int partition) {
        return world.log().partition(Topics.DELETE_COMMANDS, partition);
    }

    private Assigned at(int partition) {
        return Optional.ofNullable(partitions.get(partition)).orElseThrow();
    }

    private Assignments listener() {
        return Optional.ofNullable(listener).orElseThrow();
    }

    private void requireCoordinator() {
        if (!group.reaches(process)) {
            throw new LogFailureException("the group coordinator does not answer");
        }
    }

    @Override
    public void join(Assignments assignments) {
        listener = assignments;
    }

    /** Only a process that is cut off leaves: it joins again when that ends. */
    @Override
    public void leave() {
        partitions.clear();
    }

    @Override
    public List<LogRecord> poll(Duration longest) {
        for (Runnable change = changes.poll(); change != null; change = changes.poll()) {
            change.run();
        }
        List<LogRecord> records = new ArrayList<>();
        partitions.forEach((partition, at) -> {
            int most = 1 + random.below(5);
            Optional<SimulatedLog.Entry> next = next(partition, at);
            for (int i = 0; i < most && next.isPresent(); i++) {
                SimulatedLog.Entry entry = next.get();
                records.add(new LogRecord(partition, entry.offset(), entry.appended(), entry.key(), entry.value()));
                seek(partition, entry.offset() + 1);
                next = next(partition, at);
            }
        });
        return records;
    }

    @Override
    public Set<Integer> assignment() {
        return Set.copyOf(partitions.keySet());
    }

    @Override
    public Map<Integer, Long> committed(Set<Integer> wanted) {
        requireCoordinator();
        Map<Integer, Long> offsets = new HashMap<>();
        for (int partition : wanted) {
            at(partition).committed = group.committed(partition);
            offsets.put(partition, group.committed(partition));
        }
        return offsets;
    }

    @Override
    public void seek(int partition, long offset) {
        Assigned at = at(partition);
        if (offset < at.position) {
            world.coverage().met("deleter: reads again");
        }
        at.position = offset;
        at.read = Math.max(at.read, offset);
    }

    @Override
    public void pause(int partition) {
        at(partition).paused = true;
    }

    @Override
    public void resume(int partition) {
        at(partition).paused = false;
    }

    @Override
    public void probe() {
        requireCoordinator();
    }

    @Override
    public void commit(List<RegionEvent> events, Map<Integer, Long> offsets) {
        boolean isMember = group.reaches(process) && stale().isEmpty();
        boolean isProof = events.isEmpty()
                && offsets.entrySet().stream().allMatch(each -> at(each.getKey()).committed == each.getValue());
        boolean isAccepted = isProof
                ? world.parts().provesMembership(isMember)
                : isMember && !world.fails(Fault.REPORT_NOT_COMMITTED);
        Transaction transaction = world.log().begin();
        for (RegionEvent event : events) {
            RegionId region = RegionId.of(event.getRegion());
            transaction.append(Topics.EVENTS, world.partitionOf(region), region.toKey(), event.toByteArray());
        }
        if (!isAccepted) {
            world.coverage().met("deleter: " + (isProof ? "membership not proven" : "transaction aborted"));
            transaction.abort();
            throw new LogFailureException("the group coordinator does not accept the offsets");
        }
        if (!isProof) {
            offsets.forEach((partition, offset) -> {
                group.commit(partition, offset);
                at(partition).committed = offset;
            });
            transaction.commit();
            events.forEach(
                    event -> world.observers().reported(RegionId.of(event.getRegion()), event.getDeletionReport()));
            if (world.fails(Fault.DELETER_DIES_AFTER_COMMIT)) {
                world.scheduler().after(Duration.ZERO, crash);
            }
        }
        awaitResponse();
    }

    /** Blocks for a while, in which locks are granted and lost, and calls end. */
    private void awaitResponse() {
        AtomicBoolean received = new AtomicBoolean();
        process.later(random.delay(Duration.ofMillis(10), Duration.ofSeconds(1)), () -> received.set(true));
        isCommitting = true;
        world.runUntil(() -> received.get() || !process.isAlive());
        isCommitting = false;
        if (!received.get()) {
            throw new ProcessEndedException();
        }
    }

    /** Returns whether a commit waits for its response. */
    boolean isCommitting() {
        return isCommitting;
    }

    /** After a failure a member learns what the group has made of its partitions. */
    @Override
    public void settle() {
        if (group.reaches(process)) {
            changes.add(() -> lose(stale()));
        }
    }

    @Override
    public void wakeup() {}

    @Override
    public void close() {}
}
