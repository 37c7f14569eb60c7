package io.sexton.simulation.service;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sexton.client.SextonClient;
import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.DeleterCore;
import io.sexton.deleter.core.DeleterSettings;
import io.sexton.deleter.core.Effect;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.Finished;
import io.sexton.deleter.core.Lease;
import io.sexton.deleter.core.LockTicket;
import io.sexton.deleter.core.MembershipCheck;
import io.sexton.deleter.core.StorageCall;
import io.sexton.deleter.core.UnusableCommandException;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.storage.StorageProblemException;
import io.sexton.deleter.storage.Trash;
import io.sexton.deleter.topology.ClientLocking;
import io.sexton.deleter.topology.RegionLocking;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.simulation.World;
import io.sexton.simulation.database.RegionScans;
import io.sexton.simulation.kernel.Dice;
import io.sexton.simulation.kernel.SimulatedProcess;
import io.sexton.simulation.log.FaultPlan.Fault;
import io.sexton.simulation.log.SimulatedLog;
import io.sexton.simulation.log.Transaction;
import io.sexton.v1.DeleterFence;
import io.sexton.v1.Disposition;
import io.sexton.v1.FencePassed;
import io.sexton.v1.GcCommand;
import io.sexton.v1.RegionEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** One deleter process: the real core and the real locks, with its consumer, its transactions and its calls simulated. */
final class Deleter {
    /** Small bounds, so that they are met. */
    private static final DeleterSettings SETTINGS = new DeleterSettings(
            2,
            3,
            Duration.ofSeconds(10),
            Duration.ofSeconds(2),
            Duration.ofSeconds(60),
            Duration.ofMinutes(2),
            3,
            4_000);

    private static final Duration BUSY_ROUND = Duration.ofMillis(250);
    private static final Duration LEASE = Duration.ofSeconds(40);
    private static final Duration MEMBERSHIP = Duration.ofSeconds(10);
    private static final Duration PURGE_INTERVAL = Duration.ofMinutes(20);
    private static final int REPORTS_A_TRANSACTION = 5;

    private static final class Assigned {
        private final int epoch;
        private long position;
        /** Up to where it has been read, be it that it is read again from before. */
        private long read;

        private boolean paused;

        private Assigned(int epoch, long position) {
            this.epoch = epoch;
            this.position = position;
            this.read = position;
        }
    }

    private final World world;
    private final Group group;
    private final Service.Instance instance;
    private final SimulatedProcess process;
    private final Dice dice;
    private final DeleterCore core;
    private final RegionLocking locking;
    private final FileStore files;
    private final SimulatedProcess scanner;
    private final RegionScans scans;
    private final Map<Integer, Assigned> partitions = new TreeMap<>();
    private final Set<Integer> listening = new HashSet<>();
    private final Map<LockTicket, RegionLocking.Request> requests = new HashMap<>();
    private Duration memberUntil = Duration.ZERO;
    private int nonces;
    private boolean roundAsked;
    private boolean inRound;
    private boolean proving;

    Deleter(World world, Group group, Service.Instance instance, Dice dice) {
        this.world = world;
        this.group = group;
        this.instance = instance;
        process = instance.process();
        this.dice = dice;
        core = new DeleterCore(SETTINGS, () -> process.name() + "-fence-" + ++nonces);
        SextonClient client = world.client(process, Duration.ofHours(24));
        locking = new ClientLocking(client.locks(), LEASE, Duration.ofSeconds(50));
        files = world.files(process);
        // The same process, with a lock owner's name of its own: its locks are those of scans.
        scanner = new SimulatedProcess(process.name() + "-scanner", process.machine(), world.scheduler());
        scans = new RegionScans(world, scanner);
        if (world.settings().policy().getDisposition() == Disposition.TRASH) {
            process.later(PURGE_INTERVAL, this::purge);
        }
    }

    void assigned(int partition, int epoch) {
        long position = group.committed(partition);
        world.trace(process.name(), () -> "owns commands-" + partition + " from " + position);
        partitions.put(partition, new Assigned(epoch, position));
        core.assign(partition, position);
        if (listening.add(partition)) {
            log(partition).onMore(this::roundSoon);
        }
        act();
    }

    void revoked(int partition) {
        commit(partition);
        drop(partition);
    }

    /** Its memory is gone, with the scans in it. */
    void died() {
        scanner.kill();
    }

    void evicted() {
        List.copyOf(partitions.keySet()).forEach(this::drop);
    }

    private void drop(int partition) {
        partitions.remove(partition);
        core.drop(partition);
        act();
    }

    private SimulatedLog.Partition log(int partition) {
        return world.log().partition(Topics.DELETE_COMMANDS, partition);
    }

    private Duration now() {
        return process.machine().uptime();
    }

    private boolean isMember() {
        return now().compareTo(memberUntil) < 0;
    }

    private void roundSoon() {
        roundIn(dice.delay(Duration.ofMillis(20), Duration.ofMillis(400)));
    }

    private void roundIn(Duration delay) {
        if (!roundAsked && process.isAlive()) {
            roundAsked = true;
            process.later(delay, () -> {
                roundAsked = false;
                round();
            });
        }
    }

    /** What the consumer's thread does in one turn. */
    private void round() {
        inRound = true;
        // A process that is cut off cannot know what has become of its partitions.
        if (!group.reaches(process) || stale().isEmpty()) {
            memberUntil = now().plus(MEMBERSHIP.multipliedBy(3).dividedBy(4));
        }
        for (int partition : List.copyOf(partitions.keySet())) {
            read(partition);
        }
        core.advance(now());
        act();
        for (int partition : List.copyOf(partitions.keySet())) {
            commit(partition);
        }
        proveMembership();
        inRound = false;
        if (hasMore()) {
            roundSoon();
        } else if (!core.isIdle()) {
            roundIn(BUSY_ROUND);
        }
    }

    /** Those that another one has by now. */
    private List<Integer> stale() {
        return partitions.entrySet().stream()
                .filter(entry -> !group.isCurrent(entry.getKey(), entry.getValue().epoch))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The coordinator checks the commit at once; its answer takes a while, in which more grants may come. */
    private void proveMembership() {
        Optional<MembershipCheck> check = core.membershipCheck();
        if (proving || check.isEmpty() || !core.awaitsProof()) {
            return;
        }
        MembershipCheck membership = check.get();
        List<Integer> stale = stale();
        if (world.parts().provesMembership(group.reaches(process) && stale.isEmpty())) {
            proving = true;
            process.later(dice.delay(Duration.ofMillis(10), Duration.ofSeconds(1)), () -> {
                proving = false;
                core.membershipProved(membership, now());
                act();
            });
            return;
        }
        world.coverage().met("deleter: membership not proven");
        List.copyOf(group.reaches(process) ? stale : partitions.keySet()).forEach(this::drop);
    }

    private boolean hasMore() {
        return partitions.entrySet().stream()
                .anyMatch(entry -> !entry.getValue().paused
                        && log(entry.getKey()).next(entry.getValue().position).isPresent());
    }

    private void read(int partition) {
        int most = 1 + dice.below(5);
        for (int i = 0; i < most; i++) {
            Assigned at = partitions.get(partition);
            if (at == null || at.paused) {
                return;
            }
            Optional<SimulatedLog.Entry> next = log(partition).next(at.position);
            if (next.isEmpty()) {
                return;
            }
            at.position = next.get().offset() + 1;
            at.read = Math.max(at.read, at.position);
            handIn(partition, next.get());
        }
    }

    private void handIn(int partition, SimulatedLog.Entry entry) {
        byte[] key = entry.key();
        byte[] value = entry.value();
        if (key == null || value == null) {
            throw new IllegalStateException("a command has a key and a value");
        }
        try {
            handIn(partition, entry.offset(), entry.appended(), RegionId.fromKey(key), GcCommand.parseFrom(value));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    private void handIn(int partition, long offset, Instant appended, RegionId region, GcCommand command) {
        try {
            core.read(partition, offset, appended, region, command, now());
        } catch (UnusableCommandException e) {
            throw new IllegalStateException(e);
        }
        act();
    }

    private void act() {
        List<Effect> effects = core.takeEffects();
        effects.forEach(this::carryOut);
        if (!inRound) {
            roundSoon();
        }
    }

    private void carryOut(Effect effect) {
        switch (effect) {
            case Effect.AcquireLock acquire -> acquire(acquire.ticket());
            case Effect.ReleaseLock release -> {
                RegionLocking.Request request = requests.remove(release.ticket());
                if (request != null) {
                    request.release();
                }
            }
            case Effect.PublishFence fence -> world.parts().publishFence(() -> publish(fence), () -> pass(fence));
            case Effect.CallStorage call ->
                process.later(dice.delay(Duration.ofMillis(20), Duration.ofSeconds(2)), () -> begin(call.call()));
            case Effect.ScanRegion scan -> {
                world.coverage().met("deleter: scan on request");
                scans.request(scan.root());
            }
            case Effect.PauseReading pause -> reading(pause.partition(), true);
            case Effect.ResumeReading resume -> reading(resume.partition(), false);
            case Effect.SeekTo seek -> {
                world.coverage().met("deleter: reads again what it passed over");
                Assigned at = partitions.get(seek.partition());
                if (at != null) {
                    at.position = seek.offset();
                    at.paused = false;
                }
                process.later(Duration.ZERO, () -> {
                    core.seekDone(seek.partition(), now());
                    act();
                });
            }
        }
    }

    private void reading(int partition, boolean paused) {
        Assigned at = partitions.get(partition);
        if (at != null) {
            at.paused = paused;
        }
    }

    private void acquire(LockTicket ticket) {
        requests.put(ticket, locking.acquire(ticket.region(), new RegionLocking.Listener() {
            @Override
            public void granted(Lease lease) {
                core.lockGranted(ticket, world.parts().lease(lease), now());
                act();
            }

            @Override
            public void notGranted(String why) {
                world.coverage().met("deleter: lock not granted");
                core.lockNotGranted(ticket, why, now());
                act();
            }

            @Override
            public void lost() {
                world.coverage().met("deleter: lock lost");
                core.lockLost(ticket, now());
                act();
            }

            @Override
            public void yieldRequested() {
                world.coverage().met("deleter: asked to yield");
                core.yieldRequested(ticket, now());
                act();
            }
        }));
    }

    private void pass(Effect.PublishFence fence) {
        RegionId region = fence.ticket().region();
        Assigned at = partitions.get(world.partitionOf(region));
        GcCommand passed = GcCommand.newBuilder()
                .setFencePassed(
                        FencePassed.newBuilder().setRegion(region.value()).setNonce(fence.nonce()))
                .build();
        if (at != null && at.position > 0) {
            process.later(
                    Duration.ZERO,
                    () -> handIn(
                            world.partitionOf(region),
                            at.position - 1,
                            world.log().newest(),
                            region,
                            passed));
        }
    }

    private void publish(Effect.PublishFence fence) {
        RegionId region = fence.ticket().region();
        RegionEvent event = RegionEvent.newBuilder()
                .setRegion(region.value())
                .setProducer(process.name())
                .setDeleterFence(DeleterFence.newBuilder().setNonce(fence.nonce()))
                .build();
        Duration delay = dice.delay(Duration.ofMillis(10), Duration.ofSeconds(1));
        if (!world.log().isReachable() || world.fails(Fault.APPEND_LOST)) {
            process.later(delay, () -> {
                world.coverage().met("deleter: fence not published");
                core.fenceNotPublished(fence.ticket(), "no acknowledgement", now());
                act();
            });
        } else {
            world.scheduler()
                    .after(
                            delay,
                            () -> world.log()
                                    .partition(Topics.EVENTS, world.partitionOf(region))
                                    .append(region.toKey(), event.toByteArray()));
        }
    }

    /** A thread for the call is free now. */
    private void begin(StorageCall call) {
        if (!isMember() || !world.parts().mayStart(core, call)) {
            world.coverage().met("deleter: call not started");
            core.callNotStarted(call, now());
            act();
            return;
        }
        Assigned at = partitions.get(call.partition());
        world.observers().callStarts(process.name(), call, at == null ? -1 : at.read);
        Duration deadline = now().plus(SETTINGS.callTimeout());
        Duration slow = world.fails(Fault.STORAGE_SLOW)
                ? dice.between(
                        SETTINGS.callTimeout().dividedBy(2),
                        SETTINGS.callTimeout().multipliedBy(2))
                : dice.between(Duration.ZERO, Duration.ofMillis(100));
        if (world.fails(Fault.DELETER_FREEZES_IN_A_CALL)) {
            instance.pause(dice.between(Duration.ofSeconds(5), Duration.ofMinutes(5)));
        }
        process.later(slow, () -> {
            CallGuard guard = length -> {
                if (now().plus(length).compareTo(deadline) >= 0) {
                    return Optional.of("the storage call took too long");
                }
                return isMember() ? Optional.empty() : Optional.of("the deleter has lost its assignment");
            };
            List<FileResult> results =
                    world.parts().treat(files, call, world.parts().guard(guard));
            for (int i = 0; i < results.size(); i++) {
                boolean isLook = call.files().get(i).isRevoked();
                world.coverage()
                        .met((isLook ? "outcome of a look: " : "outcome: ")
                                + results.get(i).outcome());
            }
            process.later(dice.between(Duration.ZERO, Duration.ofMillis(100)), () -> finish(call, results));
        });
    }

    private void finish(StorageCall call, List<FileResult> results) {
        if (world.fails(Fault.DELETER_DIES_AFTER_DELETING)) {
            instance.crashSoon();
            return;
        }
        core.callFinished(call, results, now());
        act();
    }

    private void commit(int partition) {
        Assigned at = partitions.get(partition);
        Optional<Finished> finished = core.finished(partition, REPORTS_A_TRANSACTION, now());
        if (at == null || finished.isEmpty() || !process.isAlive()) {
            return;
        }
        Transaction transaction = world.log().begin();
        for (Finished.Report report : finished.get().reports()) {
            RegionEvent event = RegionEvent.newBuilder()
                    .setRegion(report.region().value())
                    .setProducer(process.name())
                    .setDeletionReport(report.report())
                    .build();
            transaction.append(Topics.EVENTS, partition, report.region().toKey(), event.toByteArray());
        }
        boolean reaches = group.reaches(process);
        if (!reaches || !group.isCurrent(partition, at.epoch) || world.fails(Fault.REPORT_NOT_COMMITTED)) {
            world.coverage().met("deleter: transaction aborted");
            transaction.abort();
            drop(partition);
            if (reaches && group.isCurrent(partition, at.epoch)) {
                process.later(Duration.ofSeconds(1), () -> assignedAgain(partition, at.epoch));
            }
            return;
        }
        group.commit(partition, finished.get().nextOffset());
        transaction.commit();
        finished.get().reports().forEach(report -> world.observers().reported(report.region(), report.report()));
        if (world.fails(Fault.DELETER_DIES_AFTER_COMMIT)) {
            instance.crashSoon();
            return;
        }
        core.committed(partition, finished.get().nextOffset(), now());
        act();
    }

    /** Empties the trash, by the earlier of this machine's clock and the log's newest time. */
    private void purge() {
        Instant wall = process.machine().wall();
        Instant logged = world.log().newest();
        try {
            Trash.Purged purged =
                    files.trash().purge(logged.isBefore(wall) ? logged : wall, length -> Optional.empty());
            if (purged.files() > 0) {
                world.coverage().met("operation: purge");
            }
        } catch (StorageProblemException e) {
            world.coverage().met("operation: purge failed");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        process.later(PURGE_INTERVAL, this::purge);
    }

    private void assignedAgain(int partition, int epoch) {
        if (group.isCurrent(partition, epoch) && !partitions.containsKey(partition)) {
            assigned(partition, epoch);
        }
    }
}
