package io.sexton.simulation.invariant;

import io.sexton.fold.core.LogRecord;
import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.state.MemoryStore;
import io.sexton.simulation.World;
import io.sexton.simulation.log.SimulatedLog;
import io.sexton.simulation.service.FoldCore;
import io.sexton.simulation.service.FoldKind;
import io.sexton.simulation.service.Said;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A second fold of a log, in one pass, up to the offset of the live fold.
 *
 * @param core its state after the last record
 * @param emitted all messages that it emitted
 */
record Replay(FoldCore core, List<Said> emitted) {
    static Replay of(World world, FoldKind kind, int partition) {
        List<Said> emitted = new ArrayList<>();
        List<OrderedStore> stores = new ArrayList<>();
        for (int i = 0; i < kind.stores(); i++) {
            stores.add(new MemoryStore());
        }
        FoldCore core = world.parts()
                .fold(kind, partition, stores, (key, number) -> world.log().partitionOf(key) == number, emitted::add);
        SimulatedLog.Partition input = world.log().partition(kind.input(), partition);
        long end = world.fold(kind).folded(partition);
        Optional<SimulatedLog.Entry> next = input.next(0);
        while (next.isPresent() && next.get().offset() < end) {
            SimulatedLog.Entry entry = next.get();
            core.apply(new LogRecord(partition, entry.offset(), entry.appended(), entry.key(), entry.value()));
            next = input.next(entry.offset() + 1);
        }
        return new Replay(core, emitted);
    }
}
