package io.sexton.simulation;

import io.sexton.client.LogWriter;
import io.sexton.client.MonotonicClock;
import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.DeleterCore;
import io.sexton.deleter.core.Lease;
import io.sexton.deleter.core.StorageCall;
import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.core.Placement;
import io.sexton.fold.core.Times;
import io.sexton.simulation.kernel.SimulatedProcess;
import io.sexton.simulation.service.FoldCore;
import io.sexton.simulation.service.FoldKind;
import io.sexton.simulation.service.Said;
import io.sexton.simulation.storage.DeleterStorage;
import io.sexton.simulation.storage.SimulatedStorage;
import io.sexton.v1.Tick;
import java.util.List;
import java.util.function.Consumer;

/** What a world is put together from: the real cores. Whoever wants to know whether the checks bite puts in others. */
public class Parts {
    /** The core of a service that folds. */
    public FoldCore fold(
            FoldKind kind, int partition, List<OrderedStore> stores, Placement placement, Consumer<Said> sink) {
        return kind.core(partition, stores, placement, sink);
    }

    /** What a service's process says of the time. */
    public Tick tick(SimulatedProcess process) {
        return Tick.newBuilder()
                .setWallClock(Times.toProto(process.machine().wall()))
                .setTicker(process.name())
                .setUptime(Times.toProto(process.machine().uptime()))
                .build();
    }

    /** Storage as a deleter sees it. */
    public DeleterStorage storage(World world, String deleter) {
        return new SimulatedStorage(world, deleter);
    }

    /** A lease as a deleter's core sees it. */
    public Lease lease(Lease lease) {
        return lease;
    }

    /** What a deleter asks right before a call. */
    public boolean mayStart(DeleterCore core, StorageCall call) {
        return core.mayStart(call);
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
