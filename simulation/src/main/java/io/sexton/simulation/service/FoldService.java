package io.sexton.simulation.service;

import io.sexton.fold.core.OrderedStore;
import io.sexton.simulation.World;
import io.sexton.simulation.kernel.Dice;
import io.sexton.simulation.kernel.Machine;
import io.sexton.simulation.kernel.SimulatedProcess;
import io.sexton.simulation.log.Transaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All processes of one service that folds a log, and the partitions' state, which outlives them. */
public final class FoldService {
    private final World world;
    private final FoldKind kind;
    private final Group group;
    private final Dice dice;
    private final List<List<JournaledStore>> states = new ArrayList<>();
    private final Map<Integer, @Nullable Transaction> open = new HashMap<>();
    private final List<Instance> instances = new ArrayList<>();

    public FoldService(World world, FoldKind kind, int processes) {
        this.world = world;
        this.kind = kind;
        group = new Group(world, kind.service());
        dice = world.dice(kind.service());
        for (int partition = 0; partition < world.log().partitions(); partition++) {
            List<JournaledStore> stores = new ArrayList<>();
            for (int i = 0; i < kind.stores(); i++) {
                stores.add(new JournaledStore());
            }
            states.add(stores);
        }
        for (int i = 0; i < processes; i++) {
            instances.add(new Instance(world.machine(kind.service() + "-" + i)));
        }
        instances.forEach(Instance::start);
    }

    /** Kills a process; it starts again later. */
    public void crash(int index, Duration down) {
        instances.get(index % instances.size()).crash(down);
    }

    /** Freezes a process's machine. */
    public void pause(int index, Duration length) {
        instances.get(index % instances.size()).pause(length);
    }

    public void rebalance() {
        group.rebalance();
    }

    /** The machines that it runs on. */
    public List<Machine> machines() {
        return instances.stream().map(instance -> instance.machine).toList();
    }

    /** How far a partition is folded, for all to see. */
    public long folded(int partition) {
        return group.committed(partition);
    }

    /** One process, and the next one on that machine after it died. */
    private final class Instance implements Group.Member {
        private final Machine machine;
        private final Map<Integer, FoldTask> tasks = new TreeMap<>();
        private SimulatedProcess process;
        private int starts;

        Instance(Machine machine) {
            this.machine = machine;
            process = next();
        }

        private SimulatedProcess next() {
            return new SimulatedProcess(machine.name() + "." + ++starts, machine, world.scheduler());
        }

        private void start() {
            group.join(this);
        }

        private void crash(Duration down) {
            if (!process.isAlive()) {
                return;
            }
            world.say(process.name(), () -> "dies");
            world.coverage().met("fault: " + kind.service() + " dies");
            process.kill();
            tasks.clear();
            group.died(this);
            world.scheduler().after(down, () -> {
                process = next();
                start();
            });
        }

        private void pause(Duration length) {
            world.coverage().met("fault: " + kind.service() + " pauses");
            machine.pause(length);
            group.pauses(this);
        }

        @Override
        public SimulatedProcess process() {
            return process;
        }

        @Override
        public void assigned(int partition, int epoch) {
            world.say(process.name(), () -> "owns " + kind.input() + "-" + partition + " in epoch " + epoch);
            Transaction left = open.get(partition);
            if (left != null) {
                left.abort();
                world.coverage().met("log: transaction aborted by the next owner");
            }
            List<OrderedStore> stores = new ArrayList<>();
            states.get(partition).forEach(store -> stores.add(store.own(epoch)));
            FoldTask task = new FoldTask(
                    world,
                    kind,
                    process,
                    dice,
                    partition,
                    group.committed(partition),
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

        @Override
        public void evicted() {
            world.coverage().met("zombie: " + kind.service());
            tasks.values().forEach(FoldTask::haunt);
            tasks.clear();
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
                return group.isCurrent(partition, epoch);
            }

            @Override
            public void opened(Transaction transaction) {
                open.put(partition, transaction);
            }

            @Override
            public void committed(long position) {
                open.remove(partition);
                group.commit(partition, position);
                states.get(partition).forEach(JournaledStore::commit);
            }

            @Override
            public void crash() {
                Instance.this.crash(dice.between(Duration.ofSeconds(1), Duration.ofMinutes(2)));
            }
        }
    }
}
