package io.sexton.simulation;

import io.sexton.client.LogWriter;
import io.sexton.client.MonotonicClock;
import io.sexton.deleter.archive.CopyArchiver;
import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.DeleterCore;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.Lease;
import io.sexton.deleter.core.StorageCall;
import io.sexton.deleter.storage.Archiver;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.storage.ObjectStore;
import io.sexton.deleter.storage.StoreRules;
import io.sexton.deleter.topology.BlockingCalls;
import io.sexton.fold.core.Fold;
import io.sexton.fold.core.FoldDefinition;
import io.sexton.fold.core.LogRecord;
import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.core.Output;
import io.sexton.fold.core.Placement;
import io.sexton.fold.core.Times;
import io.sexton.simulation.kernel.SimulatedProcess;
import io.sexton.simulation.storage.SimulatedStore;
import io.sexton.v1.Tick;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** What a world is put together from: the real cores. Whoever wants to know whether the checks bite puts in others. */
public class Parts {
    /** Creates the fold of a partition. */
    public Fold fold(
            FoldDefinition<?> definition,
            int partition,
            Function<String, OrderedStore> stores,
            Placement placement,
            Consumer<Output> sink) {
        return definition.factory().create(partition, stores, placement, sink);
    }

    /**
     * Applies a record to a fold.
     *
     * @param sink of the fold's outputs
     */
    public void apply(Fold fold, LogRecord record, Consumer<Output> sink) {
        fold.apply(record);
    }

    /** What a service's process says of the time. */
    public Tick tick(SimulatedProcess process) {
        return Tick.newBuilder()
                .setWallClock(Times.toProto(process.machine().wall()))
                .setTicker(process.name())
                .setUptime(Times.toProto(process.machine().uptime()))
                .build();
    }

    /** Storage as a process sees it. */
    public ObjectStore store(World world, SimulatedProcess process) {
        return new SimulatedStore(world, world.store(), process);
    }

    /** Whether an object store keeps to the conditions of a request. */
    public boolean conditions() {
        return true;
    }

    /** Where archived files are kept, as a process sees it. */
    public ObjectStore archive(World world, SimulatedProcess process) {
        return new SimulatedStore(world, world.archive(), process);
    }

    /** What archives. */
    public Archiver archiver(World world, SimulatedProcess process) {
        return new CopyArchiver(archive(world, process));
    }

    /** How long what is in the trash can be restored. */
    public Duration trashRetention(Duration retention) {
        return retention;
    }

    /** What the operator of a store has configured. */
    public StoreRules rules(StoreRules rules) {
        return rules;
    }

    /** What scans and restorations wait for. */
    public BlockingCalls blocking(BlockingCalls calls) {
        return calls;
    }

    /** A lease as a deleter's core sees it. */
    public Lease lease(Lease lease) {
        return lease;
    }

    /** Whether a deleter takes itself for a member, by what its group coordinator makes of its offset commit. */
    public boolean provesMembership(boolean committed) {
        return committed;
    }

    /** What a deleter asks right before a call. */
    public boolean mayStart(DeleterCore core, StorageCall call) {
        return core.mayStart(call);
    }

    /** What a call does. */
    public List<FileResult> treat(FileStore files, StorageCall call, CallGuard guard) {
        return files.treat(call.root(), call.files(), call.treatment(), guard);
    }

    /** What a store asks before each operation. */
    public CallGuard guard(CallGuard guard) {
        return guard;
    }

    /**
     * How a deleter's fence is published: to the events, through the fold, and back among the commands.
     *
     * @param pass has the deleter believe that it has read the fence
     */
    public void publishFence(Runnable publish, Runnable pass) {
        publish.run();
    }

    /** How a client appends. */
    public LogWriter log(LogWriter log) {
        return log;
    }

    /** The clock that a client counts on. */
    public MonotonicClock clock(SimulatedProcess process) {
        return () -> process.machine().uptime().toNanos();
    }
}
