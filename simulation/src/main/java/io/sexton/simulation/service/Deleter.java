package io.sexton.simulation.service;

import io.sexton.client.SextonClient;
import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.DeleterCore;
import io.sexton.deleter.core.DeleterSettings;
import io.sexton.deleter.core.DeleterView;
import io.sexton.deleter.core.Effect;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.Finished;
import io.sexton.deleter.core.Input;
import io.sexton.deleter.core.Lease;
import io.sexton.deleter.core.StorageCall;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.storage.StorageProblemException;
import io.sexton.deleter.storage.Trash;
import io.sexton.deleter.topology.ClientLocking;
import io.sexton.deleter.topology.CommandReader;
import io.sexton.deleter.topology.DeleterEngine;
import io.sexton.deleter.topology.ReaderListener;
import io.sexton.deleter.topology.RegionLocking;
import io.sexton.proto.LogRecord;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.simulation.World;
import io.sexton.simulation.database.RegionScans;
import io.sexton.simulation.kernel.SimulatedProcess;
import io.sexton.simulation.log.FaultPlan.Fault;
import io.sexton.testkit.SeededRandom;
import io.sexton.v1.Disposition;
import io.sexton.v1.FencePassed;
import io.sexton.v1.GcCommand;
import io.sexton.v1.RegionEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** One deleter process: the real reader, engine, core and locks, on simulated ports. */
final class Deleter implements ReaderListener {
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
    private static final Duration POLL_INTERVAL = Duration.ofSeconds(10);
    private static final Duration PURGE_INTERVAL = Duration.ofMinutes(20);
    private static final int REPORTS_A_TRANSACTION = 5;

    private final World world;
    private final Service.Instance instance;
    private final SimulatedProcess process;
    private final SeededRandom random;
    private final DeleterLog log;
    private final DeleterEngine engine;
    private final CommandReader reader;
    private final FileStore files;
    private final SimulatedProcess scanner;
    private final Set<Integer> listening = new HashSet<>();
    private int nonces;
    private boolean roundAsked;
    private boolean inRound;
    private boolean callStarted;

    Deleter(World world, Group group, Service.Instance instance, SeededRandom random) {
        this.world = world;
        this.instance = instance;
        process = instance.process();
        this.random = random;
        SextonClient client = world.client(process, Duration.ofHours(24));
        files = world.files(process);
        // The same process, with a lock owner's name of its own: its locks are those of scans.
        scanner = new SimulatedProcess(process.name() + "-scanner", process.machine(), world.scheduler());
        RegionScans scans = new RegionScans(world, scanner);
        log = new DeleterLog(world, group, process, instance::crashSoon, random);
        DeleterCore core = new DeleterCore(SETTINGS, () -> process.name() + "-fence-" + ++nonces);
        engine = new DeleterEngine(
                process.name(),
                core,
                world.parts().view(core),
                new DeleterEngine.Ports(
                        locking(new ClientLocking(client.locks(), LEASE, Duration.ofSeconds(50))),
                        this::publish,
                        this::call,
                        (store, root) -> {
                            world.coverage().met("deleter: scan on request");
                            scans.request(root);
                        },
                        call -> process.later(
                                random.delay(Duration.ofMillis(20), Duration.ofSeconds(2)), () -> begin(call)),
                        health -> world.coverage()
                                .met("deleter: "
                                        + switch (health) {
                                            case Effect.StoreOpened opened -> "store does not answer";
                                            case Effect.StoreStillOpen open -> "store still does not answer";
                                            case Effect.StoreClosed closed -> "store answers again";
                                        }),
                        process.machine()::uptime),
                SETTINGS.callTimeout());
        reader = new CommandReader(
                log,
                engine,
                this,
                new CommandReader.Membership(
                        process.name(),
                        "deleters",
                        POLL_INTERVAL,
                        REPORTS_A_TRANSACTION,
                        () -> Duration.ofHours(1),
                        failure -> Optional.empty()));
        reader.join();
        if (world.settings().policy().getDisposition() == Disposition.TRASH) {
            process.later(PURGE_INTERVAL, this::purge);
        }
    }

    void assigned(int partition, int epoch) {
        if (listening.add(partition)) {
            world.log().partition(Topics.DELETE_COMMANDS, partition).onMore(this::roundSoon);
        }
        log.assign(partition, epoch);
        round();
    }

    void revoked(int partition) {
        log.revoke(partition);
        round();
    }

    void evicted() {
        log.evict();
        round();
    }

    /** Its memory is gone, with the scans in it. */
    void died() {
        scanner.kill();
    }

    /** Makes a round, unless one waits for its commit: what came meanwhile is for the next. */
    private void round() {
        if (inRound) {
            return;
        }
        inRound = true;
        Duration pause;
        try {
            pause = reader.round();
        } catch (DeleterLog.ProcessEndedException e) {
            return;
        }
        inRound = false;
        if (!pause.isZero()) {
            roundIn(pause);
        } else if (log.hasMore()) {
            roundSoon();
        } else if (!engine.query(DeleterView::isIdle)) {
            roundIn(BUSY_ROUND);
        }
    }

    private void roundSoon() {
        roundIn(random.delay(Duration.ofMillis(20), Duration.ofMillis(400)));
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

    /** Counts what becomes of locks. */
    private RegionLocking locking(RegionLocking real) {
        return (region, listener) -> real.acquire(region, new RegionLocking.Listener() {
            @Override
            public void granted(Lease lease) {
                if (log.isCommitting()) {
                    world.coverage().met("deleter: lock granted during a commit");
                }
                listener.granted(world.parts().lease(lease));
            }

            @Override
            public void notGranted(String why) {
                world.coverage().met("deleter: lock not granted");
                listener.notGranted(why);
            }

            @Override
            public void lost() {
                world.coverage().met("deleter: lock lost");
                listener.lost();
            }

            @Override
            public void yieldRequested() {
                world.coverage().met("deleter: asked to yield");
                listener.yieldRequested();
            }
        });
    }

    private void publish(RegionEvent fence, Consumer<String> onFailure) {
        world.parts().publishFence(() -> append(fence, onFailure), () -> pass(fence));
    }

    private void append(RegionEvent fence, Consumer<String> onFailure) {
        RegionId region = RegionId.of(fence.getRegion());
        Duration delay = random.delay(Duration.ofMillis(10), Duration.ofSeconds(1));
        if (!world.log().isReachable() || world.fails(Fault.APPEND_LOST)) {
            process.later(delay, () -> {
                world.coverage().met("deleter: fence not published");
                onFailure.accept("no acknowledgement");
            });
        } else {
            world.scheduler()
                    .after(
                            delay,
                            () -> world.log()
                                    .partition(Topics.EVENTS, world.partitionOf(region))
                                    .append(region.toKey(), fence.toByteArray()));
        }
    }

    private void pass(RegionEvent fence) {
        RegionId region = RegionId.of(fence.getRegion());
        int partition = world.partitionOf(region);
        GcCommand passed = GcCommand.newBuilder()
                .setFencePassed(FencePassed.newBuilder()
                        .setRegion(fence.getRegion())
                        .setNonce(fence.getDeleterFence().getNonce()))
                .build();
        long position = log.position(partition);
        if (position > 0) {
            Instant newest = world.log().newest();
            process.later(
                    Duration.ZERO,
                    () -> engine.submit(new Input.RecordRead(
                            partition,
                            position - 1,
                            newest,
                            region,
                            passed,
                            process.machine().uptime())));
        }
    }

    private void begin(Runnable call) {
        callStarted = false;
        call.run();
        if (!callStarted) {
            world.coverage().met("deleter: call not started");
        }
    }

    /** Makes a storage call, some time after the check that it may start. */
    private void call(StorageCall call, CallGuard guard, Consumer<List<FileResult>> done) {
        callStarted = true;
        world.observers().callStarts(process.name(), call, log.readUpTo(call.partition()));
        Duration slow = world.fails(Fault.STORAGE_SLOW)
                ? random.between(
                        SETTINGS.callTimeout().dividedBy(2),
                        SETTINGS.callTimeout().multipliedBy(2))
                : random.between(Duration.ZERO, Duration.ofMillis(100));
        if (world.fails(Fault.DELETER_FREEZES_IN_A_CALL)) {
            instance.pause(random.between(Duration.ofSeconds(5), Duration.ofMinutes(5)));
        }
        process.later(slow, () -> {
            List<FileResult> results =
                    world.parts().treat(files, call, world.parts().guard(guard));
            for (int i = 0; i < results.size(); i++) {
                boolean isLook = call.files().get(i).isRevoked();
                world.coverage()
                        .met((isLook ? "outcome of a look: " : "outcome: ")
                                + results.get(i).outcome());
            }
            process.later(random.between(Duration.ZERO, Duration.ofMillis(100)), () -> {
                if (world.fails(Fault.DELETER_DIES_AFTER_DELETING)) {
                    instance.crashSoon();
                } else {
                    done.accept(results);
                }
            });
        });
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

    @Override
    public void reported(Finished.Report report) {}

    @Override
    public void unusable(LogRecord record, String problem) {
        throw new IllegalStateException(problem);
    }

    @Override
    public void retried(String message) {
        world.trace(process.name(), () -> message);
    }
}
