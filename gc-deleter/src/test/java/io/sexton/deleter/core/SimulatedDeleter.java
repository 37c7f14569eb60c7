package io.sexton.deleter.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.proto.RegionId;
import io.sexton.v1.GcCommand;
import io.sexton.v1.Outcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One deleter process in a {@link SimulatedWorld}: carries out the core's effects, late and in bad moments. */
final class SimulatedDeleter {

    private static final DeleterSettings SETTINGS = new DeleterSettings(
            2, 3, Duration.ofSeconds(2), Duration.ofSeconds(3), Duration.ofSeconds(40), Duration.ofSeconds(60), 3, 400);

    private final class Hold implements Lease {
        private final LockTicket ticket;
        private final SimulatedLocks.Request request;
        private Duration countedFrom;
        private boolean notified;
        private boolean proven;

        private Hold(LockTicket ticket, SimulatedLocks.Request request) {
            this.ticket = ticket;
            this.request = request;
            this.countedFrom = request.sentAt;
        }

        @Override
        public long token() {
            return request.token;
        }

        @Override
        public boolean outlasts(Duration length) {
            Duration until =
                    countedFrom.plus(SimulatedLocks.LEASE.multipliedBy(3).dividedBy(4));
            return world.now.plus(length).compareTo(until) <= 0;
        }
    }

    private record Running(StorageCall call, Duration deadline) {}

    private record Revoked(long offset, Revocation revocation) {}

    private final SimulatedWorld world;
    private final String name;
    private final DeleterCore core;
    private final Map<LockTicket, Hold> holds = new HashMap<>();
    private final Map<Integer, Long> positions = new HashMap<>();
    private final Set<Integer> paused = new HashSet<>();
    private final Deque<StorageCall> toStart = new ArrayDeque<>();
    private final List<Running> running = new ArrayList<>();
    private final Map<LockTicket, String> nonces = new HashMap<>();
    private final Map<Integer, Set<String>> passed = new HashMap<>();
    private final Map<Integer, List<Revoked>> revokes = new HashMap<>();
    private final Map<RegionId, Long> lastCommand = new HashMap<>();

    SimulatedDeleter(SimulatedWorld world, String name) {
        this.world = world;
        this.name = name;
        this.core = new DeleterCore(SETTINGS, world::freshNonce);
    }

    Set<Integer> assigned() {
        return positions.keySet();
    }

    void assign(int partition) {
        positions.put(partition, world.committed[partition].nextOffset());
        paused.remove(partition);
        passed.put(partition, new HashSet<>());
        revokes.put(partition, new ArrayList<>());
        lastCommand.keySet().removeIf(region -> SimulatedWorld.partitionOf(region) == partition);
        apply(new Input.PartitionAssigned(partition, world.committed[partition]));
    }

    void drop(int partition) {
        positions.remove(partition);
        apply(new Input.PartitionDropped(partition));
    }

    /** The process dies: what it was doing in storage may still complete or not, and its locks run out. */
    void crash() {
        running.forEach(each -> world.callsUnderWay.remove(each.call().root().region()));
        running.clear();
    }

    boolean readOne(int partition) {
        Long position = positions.get(partition);
        if (position == null
                || paused.contains(partition)
                || position >= world.log.get(partition).size()) {
            return false;
        }
        SimulatedWorld.LogRecord record = world.log.get(partition).get(Math.toIntExact(position));
        positions.put(partition, position + 1);
        GcCommand command = record.command();
        if (command == null) {
            revokesOf(partition).add(new Revoked(position, Revocation.ofEverything(record.key())));
            apply(new Input.UnusableRecord(partition, position, record.key(), "garbage", world.now));
        } else {
            if (command.hasFencePassed()) {
                passedOf(partition).add(command.getFencePassed().getNonce());
            } else if (command.hasRevoke()) {
                revokesOf(partition).add(new Revoked(position, Revocation.of(record.key(), command.getRevoke())));
            }
            apply(new Input.RecordRead(partition, position, world.logTime(), record.key(), command, world.now));
        }
        return true;
    }

    private Set<String> passedOf(int partition) {
        return passed.computeIfAbsent(partition, p -> new HashSet<>());
    }

    private List<Revoked> revokesOf(int partition) {
        return revokes.computeIfAbsent(partition, p -> new ArrayList<>());
    }

    /** Grants, yields and losses arrive; leases are renewed as luck will have it. */
    void hearOfLocks(double luck) {
        for (Hold hold : List.copyOf(holds.values())) {
            RegionId region = hold.ticket.region();
            boolean granted = world.locks.holder(region) == hold.request;
            if (granted && !hold.notified) {
                hold.notified = true;
                apply(new Input.LockGranted(hold.ticket, hold, world.now));
            }
            if (granted && world.random.nextDouble() < luck && world.locks.renew(region, hold.request, world.now)) {
                hold.countedFrom = world.now;
            }
            if (hold.notified && !hold.outlasts(Duration.ZERO)) {
                apply(new Input.LockLost(hold.ticket, world.now));
            } else if (granted && world.locks.someoneWaits(region) && world.random.nextDouble() < luck) {
                apply(new Input.YieldRequested(hold.ticket, world.now));
            }
        }
    }

    void startCall() {
        StorageCall call = toStart.poll();
        if (call == null) {
            return;
        }
        if (!core.mayStart(call) || world.random.nextInt(20) == 0) {
            apply(new Input.CallNotStarted(call, world.now));
            return;
        }
        RegionId region = call.root().region();
        assertThat(positions).as("the partition is assigned").containsKey(call.partition());
        checkLock(call);
        assertThat(((Hold) call.lease()).proven)
                .as("membership was proven after this grant (I1)")
                .isTrue();
        assertThat(passedOf(call.partition()))
                .as("the fence of this grant has been read")
                .contains(nonceOf(call));
        assertThat(world.callsUnderWay.add(region)).as("one call a region").isTrue();
        for (Deletion file : call.files()) {
            long offset = world.facts(region + ":" + file.path()).commandOffset;
            assertThat(world.isReported(call.partition(), offset))
                    .as("the command of %s is reported: it may be live by now (I1)", file.path())
                    .isFalse();
            assertThat(offset).as("order of %s", region).isGreaterThanOrEqualTo(lastCommand.getOrDefault(region, -1L));
            lastCommand.put(region, offset);
            boolean revoked = revokesOf(call.partition()).stream()
                    .anyMatch(each -> each.offset() > offset
                            && each.revocation().concerns(region)
                            && each.revocation().covers(file.path().value()));
            assertThat(revoked).as("a revoke of %s has been read", file.path()).isEqualTo(file.isRevoked());
        }
        running.add(new Running(call, world.now.plus(SETTINGS.callTimeout())));
    }

    private String nonceOf(StorageCall call) {
        return nonces.getOrDefault(call.ticket(), "none");
    }

    private void checkLock(StorageCall call) {
        Hold hold = (Hold) call.lease();
        assertThat(world.locks.holder(call.root().region()))
                .as("holds the lock (I4)")
                .isSameAs(hold.request);
        assertThat(hold.request.leaseUntil).isGreaterThanOrEqualTo(world.now);
    }

    /** Ends a call: some at once, all before their deadline. */
    void finishCalls(boolean all) {
        for (Running each : List.copyOf(running)) {
            if (all || world.random.nextBoolean()) {
                finish(each);
            }
        }
    }

    Optional<Duration> nextDeadline() {
        return running.stream().map(Running::deadline).min(Duration::compareTo);
    }

    private void finish(Running each) {
        StorageCall call = each.call();
        running.remove(each);
        checkLock(call);
        world.callsUnderWay.remove(call.root().region());
        List<FileResult> results = new ArrayList<>();
        for (Deletion file : call.files()) {
            SimulatedWorld.FileFacts facts = world.facts(call.root().region() + ":" + file.path());
            results.add(file.isRevoked() ? look(facts) : delete(facts));
        }
        apply(new Input.CallFinished(call, results, world.now));
    }

    private FileResult look(SimulatedWorld.FileFacts facts) {
        return world.random.nextInt(10) == 0
                ? FileResult.retryable("bad luck")
                : FileResult.of(facts.exists ? Outcome.REVOKED : Outcome.ALREADY_ABSENT, "");
    }

    private FileResult delete(SimulatedWorld.FileFacts facts) {
        assertThat(facts.liveUnderLock)
                .as("came to life under an exclusive lock (I4)")
                .isFalse();
        if (world.random.nextInt(10) == 0) {
            return FileResult.retryable("bad luck");
        }
        boolean existed = facts.exists;
        facts.exists = false;
        return FileResult.of(existed ? Outcome.DELETED : Outcome.ALREADY_ABSENT, "");
    }

    /** Proves membership for the grants so far; more of them come while the commit is under way. */
    private void proveMembership() {
        Optional<MembershipCheck> check = core.membershipCheck();
        if (core.awaitsProof() && check.isPresent()) {
            List<Hold> before =
                    holds.values().stream().filter(hold -> hold.notified).toList();
            hearOfLocks(0.5);
            before.forEach(hold -> hold.proven = true);
            apply(new Input.MembershipProved(check.get(), world.now));
        }
    }

    /** Commits what is finished; or, if the transaction fails, has everything delivered again. */
    void commit(boolean fails) {
        proveMembership();
        for (int partition : List.copyOf(positions.keySet())) {
            Optional<Finished> finished = core.finished(partition, 5, world.now);
            if (finished.isPresent() && fails) {
                assign(partition);
            } else if (finished.isPresent()) {
                world.commit(partition, finished.get());
                apply(new Input.Committed(partition, finished.get().position(), world.now));
            }
        }
    }

    void advance() {
        apply(new Input.TimePassed(world.now));
    }

    private void apply(Input input) {
        for (Effect effect : core.on(input)) {
            switch (effect) {
                case Effect.AcquireLock acquire -> {
                    LockTicket ticket = acquire.ticket();
                    holds.put(ticket, new Hold(ticket, world.locks.ask(ticket.region(), name, false, world.now)));
                }
                case Effect.ReleaseLock release -> {
                    Hold hold = holds.remove(release.ticket());
                    if (hold != null) {
                        world.locks.release(release.ticket().region(), hold.request, world.now);
                    }
                }
                case Effect.PublishFence fence -> {
                    nonces.put(fence.ticket(), fence.nonce());
                    world.publishFence(fence.ticket().region(), fence.nonce());
                }
                case Effect.CallStorage call -> toStart.add(call.call());
                case Effect.StoreHealth health -> {} // for operators
                case Effect.ScanRegion scan -> throw new AssertionError("nobody requests a scan here");
                case Effect.PauseReading pause -> paused.add(pause.partition());
                case Effect.ResumeReading resume -> paused.remove(resume.partition());
                case Effect.SeekTo seek -> {
                    if (positions.replace(seek.partition(), seek.offset()) != null) {
                        paused.remove(seek.partition());
                        apply(new Input.SeekDone(seek.partition(), world.now));
                    }
                }
            }
        }
    }
}
