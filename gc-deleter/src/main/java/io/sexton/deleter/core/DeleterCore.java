package io.sexton.deleter.core;

import io.sexton.proto.RegionId;
import io.sexton.v1.GcCommand;
import io.sexton.v1.ScanCommand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The decisions of a deleter. Each {@link Input} changes its state and yields the {@link Effect effects} that follow; it
 * executes none itself. The same class runs against Kafka and, single-threaded, in simulations.
 *
 * <p>The commands of a region are carried out in their order, regions side by side. A region with work gets its lock,
 * publishes a fence, and makes no storage call until the fence has been read back: then all that was logged before the
 * grant has been folded, and the revokes that followed have been read (I4). Nor does it before an offset commit after the
 * grant has proven that the deleter is a member of its group: one that was expelled without knowing it carries nothing out
 * from memory that its successor has carried out already (I1). One commit serves all grants before it. A lock is kept over
 * consecutive commands, and released after the current call when another owner wants it.
 *
 * <p>A lock or a fence that does not come in time makes the waiting files retryable: gc-streams repeats their commands,
 * later each time, and meanwhile the other regions of the partition are not held up. But nothing is reported of a region
 * before its lock was granted once: until then, a deleter that had the partition before may still be deleting.
 *
 * <p>Time is what has passed since some fixed moment on the process's monotonic clock. Not safe for use by more than
 * one thread at a time.
 */
public final class DeleterCore implements DeleterView {

    private final DeleterSettings settings;
    private final Supplier<String> nonces;
    private final Map<Integer, AssignedPartition> partitions = new HashMap<>();
    private final RegionLocks locks;
    private final StorageQueue storage;

    /** The effects of the present input, and the regions that proceed after it. */
    private final List<Effect> effects = new ArrayList<>();

    private final List<RegionWork> touched = new ArrayList<>();

    /**
     * @param settings bounds of the work
     * @param nonces a fresh nonce, which no deleter has used before, at each call
     */
    public DeleterCore(DeleterSettings settings, Supplier<String> nonces) {
        this.settings = settings;
        this.nonces = nonces;
        this.locks = new RegionLocks(settings);
        this.storage = new StorageQueue(settings);
    }

    /** Applies the input. Returns what is to be done now, in this order. */
    public List<Effect> on(Input input) {
        apply(input);
        if (input instanceof Input.Timed timed) {
            touched.forEach(work -> proceed(work, timed.now()));
            touched.clear();
            schedule(timed.now());
        }
        List<Effect> taken = List.copyOf(effects);
        effects.clear();
        return taken;
    }

    private void apply(Input input) {
        switch (input) {
            case Input.PartitionAssigned assigned -> assign(assigned.partition(), assigned.position());
            case Input.PartitionDropped dropped -> drop(dropped.partition());
            case Input.Stopping stopping -> storage.stop();
            case Input.RecordRead read -> at(read.partition()).ifPresent(at -> read(at, read));
            case Input.UnusableRecord record -> at(record.partition()).ifPresent(at -> unusable(at, record));
            case Input.SeekDone done -> at(done.partition()).ifPresent(at -> at.readAhead.seekDone());
            case Input.LockGranted granted -> touch(locks.waitingFor(granted.ticket()), work -> granted(work, granted));
            case Input.LockRefused refused -> touch(locks.waitingFor(refused.ticket()), work -> refused(work, refused));
            case Input.LockLost lost -> touch(locks.of(lost.ticket()), RegionWork::requestYield);
            case Input.YieldRequested requested -> touch(locks.of(requested.ticket()), RegionWork::requestYield);
            case Input.FenceNotPublished failed ->
                touch(
                        locks.of(failed.ticket()).filter(RegionWork::isFencing),
                        work -> work.failOpen("the fence could not be published: " + failed.why()));
            case Input.CallFinished finished -> {
                storage.enter(finished.call(), finished.results(), finished.now())
                        .ifPresent(effects::add);
                touch(endCall(finished.call()), work -> work.finishCall(finished.results()));
            }
            // Not touched before time has passed: it would be given out again at once.
            case Input.CallNotStarted notStarted -> {
                storage.enterNotStarted(notStarted.call(), notStarted.now());
                endCall(notStarted.call()).ifPresent(this::reopen);
            }
            case Input.TimePassed passed -> {
                effects.addAll(storage.passTime(passed.now()));
                partitions
                        .values()
                        .forEach(at -> at.regions()
                                .forEach(
                                        region -> touch(Optional.of(region), work -> expireWaits(work, passed.now()))));
            }
            case Input.Committed committed ->
                at(committed.partition()).ifPresent(at -> at.ledger.committed(committed.position()));
            case Input.MembershipProved proved ->
                touched.addAll(locks.proven(proved.check().grants()));
        }
    }

    private void touch(Optional<RegionWork> region, Consumer<RegionWork> change) {
        region.ifPresent(change.andThen(touched::add));
    }

    @Override
    public boolean mayStart(StorageCall call) {
        return storage.mayStart(call);
    }

    @Override
    public boolean mayGoOn(StorageCall call) {
        return storage.mayGoOn(call);
    }

    @Override
    public Optional<Finished> finished(int partition, int atMostReports, Duration now) {
        return at(partition).map(at -> at.finished(atMostReports, now)).filter(Finished::advances);
    }

    @Override
    public boolean awaitsProof() {
        return locks.awaitsProof();
    }

    @Override
    public Optional<MembershipCheck> membershipCheck() {
        return partitions.values().stream()
                .findFirst()
                .map(at -> new MembershipCheck(locks.lastGrant(), at.number, at.ledger.committed()));
    }

    @Override
    public boolean isAssigned(int partition) {
        return partitions.containsKey(partition);
    }

    @Override
    public boolean isIdle() {
        return storage.callsInFlight() == 0 && partitions.values().stream().allMatch(AssignedPartition::isIdle);
    }

    @Override
    public int callsInFlight() {
        return storage.callsInFlight();
    }

    private Optional<AssignedPartition> at(int partition) {
        return Optional.ofNullable(partitions.get(partition));
    }

    private void assign(int partition, CommandPosition position) {
        drop(partition);
        partitions.put(partition, new AssignedPartition(partition, position, settings.readAheadBytes()));
    }

    private void drop(int partition) {
        AssignedPartition dropped = partitions.remove(partition);
        if (dropped != null) {
            for (RegionWork work : dropped.regions()) {
                storage.drop(work);
                locks.drop(work).ifPresent(effects::add);
            }
        }
    }

    private void read(AssignedPartition at, Input.RecordRead read) {
        RegionId region = read.key();
        GcCommand command = read.command();
        switch (command.getCommandCase()) {
            case DELETE -> at.take(read.offset(), region, command.getDelete(), read.now());
            case REVOKE -> at.revoke(read.offset(), Revocation.of(region, command.getRevoke()));
            case FENCE_PASSED -> at.fencePassed(read.appended(), region, command.getFencePassed());
            case SCAN -> {
                // What is passed over is read again, and is queued then.
                if (!at.readAhead.isPassingOver()) {
                    ScanCommand scan = command.getScan();
                    effects.add(new Effect.ScanRegion(scan.getStore(), new RegionRoot(region, scan.getRoot())));
                }
            }
            case COMMAND_NOT_SET -> throw new IllegalStateException("passed the rules without a command");
        }
        at.read(read.offset());
        at.region(region).ifPresent(touched::add);
    }

    private void unusable(AssignedPartition at, Input.UnusableRecord record) {
        at.revoke(record.offset(), Revocation.ofEverything(record.key()));
        at.read(record.offset());
        touched.addAll(at.regions());
    }

    private void granted(RegionWork work, Input.LockGranted granted) {
        work.granted(granted.lease().token());
        work.completeHeads();
        if (work.hasWork()) {
            effects.add(locks.fence(work, granted.ticket(), granted.lease(), nonces.get(), granted.now()));
        }
    }

    private void refused(RegionWork work, Input.LockRefused refused) {
        locks.end(work);
        if (work.hasWaited(refused.now())) {
            withoutLock(work, refused.why(), refused.now());
        } else {
            // Such as a request that has overtaken the release before it: the files have time left to wait.
            work.refused(refused.now(), settings.lockWait());
        }
    }

    private void reopen(RegionWork work) {
        work.reopenCall();
        releaseIfRequested(work);
        work.completeHeads();
    }

    private Optional<RegionWork> endCall(StorageCall call) {
        storage.releaseAfter(call).ifPresent(effects::add);
        return storage.end(call);
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
     * Ends the wait for a lock that was not granted. What waits becomes retryable, if that may be reported; else it waits
     * on: without a report, a revoked file would stay pending for ever.
     */
    private void withoutLock(RegionWork work, String why, Duration now) {
        work.endWait();
        if (work.mayReport()) {
            work.failOpen("the region's lock was not granted: " + why);
        } else {
            work.refused(now, settings.lockWait());
        }
    }

    /** Takes the region as far as it can go by itself. May be repeated at any time. */
    private void proceed(RegionWork work, Duration now) {
        work.completeHeads();
        if (work.call().isPresent()) {
            return;
        }
        releaseIfRequested(work);
        boolean hasWork = work.hasWork();
        switch (work.lock()) {
            case RegionWork.Lock.None none -> {
                if (work.needsLock()) {
                    if (work.mayRequest(now)) {
                        locks.want(work);
                    }
                } else if (!work.hasCommands()) {
                    locks.forget(work);
                }
            }
            case RegionWork.Lock.Waiting waiting -> releaseUnless(work.needsLock(), work, now);
            case RegionWork.Lock.Fencing fencing -> releaseUnless(hasWork, work, now);
            case RegionWork.Lock.Ready ready -> {
                if (hasWork) {
                    locks.use(work);
                    // WARNING: without the proof, what a successor has done already is done again, to a live file (I1).
                    if (locks.isProven(ready) && !storage.want(work)) {
                        proceed(work, now);
                    }
                } else {
                    releaseUnless(!locks.hasIdled(work, now), work, now);
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

    private void releaseIfRequested(RegionWork work) {
        if (work.mustYield()) {
            release(work);
        }
    }

    private void release(RegionWork work) {
        work.endWait();
        storage.forget(work);
        locks.release(work).ifPresent(effects::add);
    }

    /** Requests locks and gives out calls as far as the bounds allow, and adjusts how far is read ahead. */
    private void schedule(Duration now) {
        effects.addAll(locks.request(now));
        StorageQueue.Started started = storage.start(now);
        started.calls().forEach(call -> effects.add(new Effect.CallStorage(call)));
        started.withoutWork().forEach(work -> proceed(work, now));
        partitions.values().forEach(at -> at.adjustReading().ifPresent(effects::add));
    }
}
