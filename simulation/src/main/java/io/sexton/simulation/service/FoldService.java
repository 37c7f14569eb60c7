package io.sexton.simulation.service;

import io.sexton.fold.core.OrderedStore;
import io.sexton.simulation.World;
import io.sexton.simulation.kernel.Machine;
import io.sexton.simulation.log.Transaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All processes of one service that folds a log, and the partitions' state, which outlives them. */
public final class FoldService extends Service {
    private final FoldKind kind;
    private final List<List<JournaledStore>> states = new ArrayList<>();
    private final Map<Integer, @Nullable Transaction> open = new HashMap<>();

    public FoldService(World world, FoldKind kind, int processes) {
        super(world, kind.service());
        this.kind = kind;
        for (int partition = 0; partition < world.log().partitions(); partition++) {
            List<JournaledStore> stores = new ArrayList<>();
            for (int i = 0; i < kind.stores(); i++) {
                stores.add(new JournaledStore());
            }
            states.add(stores);
        }
        start(processes);
    }

    /** How far a partition is folded, for all to see. */
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
            world().say(process().name(), () -> "owns " + kind.input() + "-" + partition + " in epoch " + epoch);
            Transaction left = open.get(partition);
            if (left != null) {
                left.abort();
                world().coverage().met("log: transaction aborted by the next owner");
            }
            List<OrderedStore> stores = new ArrayList<>();
            states.get(partition).forEach(store -> stores.add(store.own(epoch)));
            FoldTask task = new FoldTask(
                    world(),
                    kind,
                    process(),
                    dice(),
                    partition,
                    group().committed(partition),
                    stores,
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

        /** One process's right to a partition. */
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
                states.get(partition).forEach(JournaledStore::commit);
            }

            @Override
            public void crash() {
                crashSoon();
            }
        }
    }
}
