package io.sexton.simulation.service;

import io.sexton.simulation.World;
import io.sexton.simulation.kernel.Dice;
import io.sexton.simulation.kernel.Machine;
import io.sexton.simulation.kernel.SimulatedProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All deleters. */
public final class DeleterService {
    private final World world;
    private final Group group;
    private final Dice dice;
    private final List<Instance> instances = new ArrayList<>();

    public DeleterService(World world, int processes) {
        this.world = world;
        group = new Group(world, "deleter");
        dice = world.dice("deleter");
        for (int i = 0; i < processes; i++) {
            instances.add(new Instance(world.machine("deleter-" + i)));
        }
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

    /** One machine's deleter, and the next one after it died. */
    final class Instance implements Group.Member {
        private final Machine machine;
        private int starts;
        private @Nullable Deleter deleter;
        private SimulatedProcess process;

        private Instance(Machine machine) {
            this.machine = machine;
            process = start();
        }

        private SimulatedProcess start() {
            process = new SimulatedProcess(machine.name() + "." + ++starts, machine, world.scheduler());
            deleter = new Deleter(world, group, this, process, dice);
            group.join(this);
            return process;
        }

        void crash(Duration down) {
            if (!process.isAlive()) {
                return;
            }
            world.say(process.name(), () -> "dies");
            world.coverage().met("fault: deleter dies");
            process.kill();
            deleter = null;
            group.died(this);
            world.scheduler().after(down, this::start);
        }

        void crashSoon() {
            crash(dice.between(Duration.ofSeconds(1), Duration.ofMinutes(2)));
        }

        void pause(Duration length) {
            world.coverage().met("fault: deleter pauses");
            machine.pause(length);
            group.pauses(this);
        }

        @Override
        public SimulatedProcess process() {
            return process;
        }

        @Override
        public void assigned(int partition, int epoch) {
            if (deleter != null) {
                deleter.assigned(partition, epoch);
            }
        }

        @Override
        public void revoked(int partition) {
            if (deleter != null) {
                deleter.revoked(partition);
            }
        }

        @Override
        public void evicted() {
            world.coverage().met("zombie: deleter");
            if (deleter != null) {
                deleter.evicted();
            }
        }
    }
}
