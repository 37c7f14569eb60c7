package io.sexton.simulation.service;

import io.sexton.simulation.World;
import io.sexton.simulation.kernel.Machine;
import io.sexton.simulation.kernel.SimulatedProcess;
import io.sexton.testkit.SeededRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All processes of one service: members of one group, each on a machine of its own, and started again after they die. */
abstract class Service {
    private final World world;
    private final String name;
    private final Group group;
    private final SeededRandom random;
    private final List<Instance> instances = new ArrayList<>();

    Service(World world, String name) {
        this.world = world;
        this.name = name;
        group = new Group(world, name);
        random = world.random(name);
    }

    /** @param count how many processes */
    final void start(int count) {
        for (int i = 0; i < count; i++) {
            instances.add(instance(world.machine(name + "-" + i)));
        }
        instances.forEach(Instance::start);
    }

    abstract Instance instance(Machine machine);

    final World world() {
        return world;
    }

    final Group group() {
        return group;
    }

    final SeededRandom random() {
        return random;
    }

    /** Kills a process; it starts again later. */
    public final void crash(int index, Duration down) {
        instances.get(index % instances.size()).crash(down);
    }

    /** Freezes a process's machine. */
    public final void pause(int index, Duration length) {
        instances.get(index % instances.size()).pause(length);
    }

    /** Cuts a process off from its group coordinator alone. */
    public final void cutOff(int index, Duration length) {
        world.coverage().met("fault: " + name + " is cut off from its group coordinator");
        group.cutOff(instances.get(index % instances.size()), length);
    }

    /** When a process lost the partition to another one, whether or not it knows; empty while it is its own. */
    public final Optional<Instant> lostAt(String process, int partition) {
        return group.lostAt(process, partition);
    }

    public final void rebalance() {
        group.rebalance();
    }

    /** The machines that it runs on. */
    public final List<Machine> machines() {
        return instances.stream().map(instance -> instance.machine).toList();
    }

    /** One machine's process, and the next one after it died. */
    abstract class Instance implements Group.Member {
        private final Machine machine;
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
            started();
            group.join(this);
        }

        /** A new process runs, and owns nothing yet. */
        abstract void started();

        /** All that was in the process's memory is gone. */
        abstract void died();

        /** It has lost its partitions, and goes on for a moment. */
        abstract void lostAll();

        final void crash(Duration down) {
            if (!process.isAlive()) {
                return;
            }
            world.trace(process.name(), () -> "dies");
            world.coverage().met("fault: " + name + " dies");
            process.kill();
            died();
            group.died(this);
            world.scheduler().after(down, () -> {
                process = next();
                start();
            });
        }

        final void crashSoon() {
            crash(random.between(Duration.ofSeconds(1), Duration.ofMinutes(2)));
        }

        final void pause(Duration length) {
            world.coverage().met("fault: " + name + " pauses");
            machine.pause(length);
            group.pauses(this);
        }

        @Override
        public final SimulatedProcess process() {
            return process;
        }

        @Override
        public final void evicted() {
            world.coverage().met("zombie: " + name);
            lostAll();
        }
    }
}
