package io.sexton.simulation.service;

import io.sexton.fold.core.Fold;
import io.sexton.fold.core.FoldDefinition;
import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.core.Output;
import io.sexton.fold.state.MemoryStore;
import io.sexton.proto.LogRecord;
import io.sexton.simulation.World;
import io.sexton.simulation.kernel.Machine;
import io.sexton.simulation.log.SimulatedLog;
import io.sexton.simulation.log.Transaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The processes of one service that folds a log, and the stores of all partitions, which outlive the processes. */
public final class FoldService extends Service {
    private final FoldDefinition<?> definition;
    /** By partition, then by name. */
    private final List<Map<String, JournaledStore>> stores = new ArrayList<>();

    private final Map<Integer, @Nullable Transaction> open = new HashMap<>();

    public FoldService(World world, String name, FoldDefinition<?> definition, int processes) {
        super(world, name);
        this.definition = definition;
        for (int partition = 0; partition < world.log().partitions(); partition++) {
            stores.add(definition.stores().stream()
                    .collect(Collectors.toMap(FoldDefinition.Store::name, store -> new JournaledStore())));
        }
        start(processes);
    }

    /** Returns the topic that it folds. */
    public String input() {
        return definition.input().topic();
    }

    /** Returns a replay of the partition's log up to the offset that is folded and committed. */
    public Replay replay(int partition) {
        List<Output.Emitted> emitted = new ArrayList<>();
        Consumer<Output> sink = collector(emitted::add);
        Fold fold = fold(partition, store -> new MemoryStore(), sink);
        SimulatedLog.Partition input = world().log().partition(input(), partition);
        long end = folded(partition);
        Optional<SimulatedLog.Entry> next = input.next(0);
        while (next.isPresent() && next.get().offset() < end) {
            world().parts().apply(fold, record(partition, next.get()), sink);
            next = input.next(next.get().offset() + 1);
        }
        return new Replay(fold, emitted);
    }

    /** Returns a sink that passes on the outputs for topics. */
    static Consumer<Output> collector(Consumer<Output.Emitted> emitted) {
        return output -> {
            if (output instanceof Output.Emitted each) {
                emitted.accept(each);
            }
        };
    }

    static LogRecord record(int partition, SimulatedLog.Entry entry) {
        return new LogRecord(partition, entry.offset(), entry.appended(), entry.key(), entry.value());
    }

    private Fold fold(int partition, Function<String, OrderedStore> ofPartition, Consumer<Output> sink) {
        return world().parts()
                .fold(
                        definition,
                        partition,
                        ofPartition,
                        (key, number) -> world().log().partitionOf(key) == number,
                        sink);
    }

    /** Returns the offset up to which a partition is folded and committed, exclusive. */
    public long folded(int partition) {
        return group().committed(partition);
    }

    @Override
    Instance instance(Machine machine) {
        return new FoldInstance(machine);
    }

    private final class FoldInstance extends Instance {
        private final Map<Integer, FoldTask> tasks = new TreeMap<>();

        private FoldInstance(Machine machine) {
            super(machine);
        }

        @Override
        void started() {}

        @Override
        void died() {
            tasks.clear();
        }

        @Override
        void lostAll() {
            tasks.values().forEach(FoldTask::continueAfterLoss);
            tasks.clear();
        }

        @Override
        public void assigned(int partition, int epoch) {
            world().trace(process().name(), () -> "owns " + input() + "-" + partition + " in epoch " + epoch);
            Transaction left = open.get(partition);
            if (left != null) {
                left.abort();
                world().coverage().met("log: transaction aborted by the next owner");
            }
            Map<String, OrderedStore> owned = new HashMap<>();
            stores.get(partition).forEach((name, store) -> owned.put(name, store.own(epoch)));
            FoldTask task = new FoldTask(
                    world(),
                    definition,
                    process(),
                    random(),
                    partition,
                    group().committed(partition),
                    sink -> fold(partition, name -> Objects.requireNonNull(owned.get(name), name), sink),
                    new Ownership(partition, epoch));
            tasks.put(partition, task);
            task.start();
        }

        @Override
        public void revoked(int partition) {
            FoldTask task = tasks.remove(partition);
            if (task != null) {
                task.close();
            }
        }

        /** The ownership of a partition by one process. */
        private final class Ownership implements FoldTask.Ownership {
            private final int partition;
            private final int epoch;

            private Ownership(int partition, int epoch) {
                this.partition = partition;
                this.epoch = epoch;
            }

            @Override
            public boolean isCurrent() {
                return group().isCurrent(partition, epoch);
            }

            @Override
            public void opened(Transaction transaction) {
                open.put(partition, transaction);
            }

            @Override
            public void committed(long position) {
                open.remove(partition);
                group().commit(partition, position);
                stores.get(partition).values().forEach(JournaledStore::commit);
            }

            @Override
            public void crash() {
                crashSoon();
            }
        }
    }
}
