package io.sexton.simulation;

import io.sexton.client.spi.LogWriter;
import io.sexton.client.spi.MonotonicClock;
import io.sexton.deleter.archive.CopyArchiver;
import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.DeleterView;
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
import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.core.Output;
import io.sexton.fold.core.Placement;
import io.sexton.proto.LogRecord;
import io.sexton.proto.Times;
import io.sexton.simulation.kernel.SimulatedProcess;
import io.sexton.simulation.storage.SimulatedStore;
import io.sexton.v1.Tick;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** The components of a world: the real cores. Tests override methods to plant bugs. */
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

    /** Returns a tick with the time that a service's process reads. */
    public Tick tick(SimulatedProcess process) {
        return Tick.newBuilder()
                .setWallClock(Times.toProto(process.machine().wall()))
                .setTicker(process.name())
                .setUptime(Times.toProto(process.machine().uptime()))
                .build();
    }

    /** Returns the store as a process accesses it. */
    public ObjectStore store(World world, SimulatedProcess process) {
        return new SimulatedStore(world, world.store(), process);
    }

    /** Returns true if the object store enforces the conditions of requests. */
    public boolean conditions() {
        return true;
    }

    /** Returns the archive as a process accesses it. */
    public ObjectStore archive(World world, SimulatedProcess process) {
        return new SimulatedStore(world, world.archive(), process);
    }

    /** Returns the archiver of a process. */
    public Archiver archiver(World world, SimulatedProcess process) {
        return new CopyArchiver(archive(world, process));
    }

    /** Returns the trash retention to use instead of the configured one. */
    public Duration trashRetention(Duration retention) {
        return retention;
    }

    /** Returns the store rules to use instead of the configured ones. */
    public StoreRules rules(StoreRules rules) {
        return rules;
    }

    /** Returns the blocking calls of scans and restorations. */
    public BlockingCalls blocking(BlockingCalls calls) {
        return calls;
    }

    /** Returns the lease to pass to a deleter's core. */
    public Lease lease(Lease lease) {
        return lease;
    }

    /**
     * Returns true if a deleter may count itself as a group member. {@code committed}: its coordinator accepted its
     * offset commit.
     */
    public boolean provesMembership(boolean committed) {
        return committed;
    }

    /** The questions to a deleter's core. */
    public DeleterView view(DeleterView core) {
        return core;
    }

    /** Executes a call. */
    public List<FileResult> treat(FileStore files, StorageCall call, CallGuard guard) {
        return files.treat(call.root(), call.files(), call.treatment(), guard);
    }

    /** Returns the guard that a store checks before each operation. */
    public CallGuard guard(CallGuard guard) {
        return guard;
    }

    /**
     * Publishes a deleter's fence: to the events, through the fold, and back among the commands.
     *
     * @param pass makes the deleter count the fence as read
     */
    public void publishFence(Runnable publish, Runnable pass) {
        publish.run();
    }

    /** Returns the writer through which a client appends. */
    public LogWriter log(LogWriter log) {
        return log;
    }

    /** Returns the clock with which a client measures time. */
    public MonotonicClock clock(SimulatedProcess process) {
        return () -> process.machine().uptime().toNanos();
    }
}
