package io.sexton.cli.chaos;

import static org.awaitility.Awaitility.await;

import io.sexton.cli.process.CoordinatorProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * An execution of a plan: faults that must not overlap share a thread, and are late rather than overlapping. Meanwhile
 * it restarts every process that ends unexpectedly.
 */
final class FaultInjector implements AutoCloseable {

    private static final Duration RECOVERY = Duration.ofMinutes(4);
    private static final Duration CHECK_INTERVAL = Duration.ofMillis(500);

    private final Machine machine;
    private final Map<String, Member> members;
    private final BooleanSupplier brokersInSync;
    private final Consumer<String> log;
    private final Map<String, ExecutorService> lanes = new HashMap<>();
    private final List<Future<?>> faults = new ArrayList<>();

    /** @param brokersInSync awaited after each fault of a broker */
    FaultInjector(Machine machine, Map<String, Member> members, BooleanSupplier brokersInSync, Consumer<String> log) {
        this.machine = machine;
        this.members = Map.copyOf(members);
        this.brokersInSync = brokersInSync;
        this.log = log;
    }

    /**
     * Returns when the last fault is over and everything works again.
     *
     * @param meanwhile called now and then
     * @throws AssertionError if something does not come back
     */
    void rage(Plan plan, Runnable meanwhile) throws Exception {
        long begin = System.nanoTime();
        for (Plan.Step step : plan.steps()) {
            while (System.nanoTime() - begin < step.at().toNanos()) {
                watch(meanwhile);
            }
            faults.add(lane(step.fault()).submit(() -> {
                inject(step.fault());
                return null;
            }));
        }
        for (Future<?> fault : faults) {
            while (!fault.isDone()) {
                watch(meanwhile);
            }
            rethrow(fault);
        }
        awaitRecovery(meanwhile);
    }

    private void awaitRecovery(Runnable meanwhile) throws InterruptedException {
        long deadline = System.nanoTime() + RECOVERY.toNanos();
        for (Member member : members.values()) {
            while (!member.isReady()) {
                requireBefore(deadline, member.name() + " works again");
                watch(meanwhile);
            }
        }
    }

    /** Restarts processes that have ended, as a service manager would in production. */
    private void watch(Runnable meanwhile) throws InterruptedException {
        for (Member member : members.values()) {
            if (member.restartIfEnded()) {
                log.accept(member.name() + " ended by itself and was started again");
            }
        }
        meanwhile.run();
        Thread.sleep(CHECK_INTERVAL);
    }

    private void inject(Fault fault) throws Exception {
        log.accept(fault.toString());
        Member member = Objects.requireNonNull(members.get(fault.member()), fault.member());
        switch (fault) {
            case Fault.Kill kill -> {
                member.kill();
                Thread.sleep(kill.length());
                member.start();
            }
            case Fault.Restart restart -> {
                member.stop();
                Thread.sleep(restart.length());
                member.start();
            }
            case Fault.Pause pause -> lasting(pause.length(), member::pause, member::resume);
            case Fault.Cut cut ->
                lasting(
                        cut.length(),
                        () -> machine.network().cut(cut.member()),
                        () -> machine.network().restore(cut.member()));
            case Fault.CutFromCoordinator cut -> {
                CoordinatorProxy proxy = machine.proxy(cut.member());
                lasting(cut.length(), proxy::cut, proxy::restore);
            }
            case Fault.FillDisk full -> {
                SmallDisk disk = machine.disk(full.member()).orElseThrow();
                lasting(full.length(), disk::fill, disk::free);
            }
            case Fault.StepClock step ->
                lasting(
                        step.length(),
                        () -> machine.clocks().set(step.member(), step.by()),
                        () -> machine.clocks().set(step.member(), Duration.ZERO));
        }
        if (Plan.lane(fault).equals(Plan.BROKERS)) {
            awaitBrokers();
        }
    }

    private interface Change {
        void make() throws IOException;
    }

    private static void lasting(Duration length, Change begin, Change end) throws IOException, InterruptedException {
        begin.make();
        try {
            Thread.sleep(length);
        } finally {
            end.make();
        }
    }

    private void awaitBrokers() {
        await("all copies of all partitions are in sync after the fault")
                .pollInterval(CHECK_INTERVAL)
                .atMost(RECOVERY)
                .until(brokersInSync::getAsBoolean);
    }

    private static void requireBefore(long deadline, String what) {
        if (System.nanoTime() - deadline > 0) {
            throw new AssertionError("not within " + RECOVERY + " after the faults: " + what);
        }
    }

    private ExecutorService lane(Fault fault) {
        return lanes.computeIfAbsent(
                Plan.lane(fault),
                name -> Executors.newSingleThreadExecutor(work -> new Thread(work, "faults " + name)));
    }

    private static void rethrow(Future<?> fault) throws Exception {
        try {
            fault.get();
        } catch (ExecutionException e) {
            throw new AssertionError("a fault could not be carried out: " + e.getCause(), e.getCause());
        }
    }

    @Override
    public void close() {
        lanes.values().forEach(ExecutorService::shutdownNow);
    }
}
