package io.sexton.simulation.service;

import io.sexton.deleter.topology.CommandLog;
import io.sexton.proto.Topics;
import io.sexton.simulation.Parts;
import io.sexton.simulation.World;
import io.sexton.simulation.kernel.SimulatedProcess;
import io.sexton.simulation.log.FaultPlan;
import io.sexton.simulation.swarm.Plan;
import java.time.Duration;

final class SimulatedCommandLogTest extends CommandLogContract {

    private final World world = new World(Plan.draw(1).settings(), new Parts(), false);
    private final SimulatedProcess process = world.process("member");
    private final Group group = new Group(world, "test");
    private final DeleterLog log = new DeleterLog(world, group, process, () -> {}, world.random("member"));

    @Override
    protected CommandLog log() {
        world.changeFaults(FaultPlan.NONE);
        return log;
    }

    @Override
    protected void assign(int partition) {
        log.assign(partition, 0);
    }

    @Override
    protected void revoke(int partition) {
        log.revoke(partition);
    }

    @Override
    protected void append(int partition, byte[] value) {
        world.log().partition(Topics.DELETE_COMMANDS, partition).append(new byte[0], value);
    }

    @Override
    protected void expel() {
        group.cutOff(new Member(), Duration.ofMinutes(1));
    }

    private final class Member implements Group.Member {
        @Override
        public SimulatedProcess process() {
            return process;
        }

        @Override
        public void assigned(int partition, int epoch) {}

        @Override
        public void revoked(int partition) {}

        @Override
        public void evicted() {}
    }
}
