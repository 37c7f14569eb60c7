package io.sexton.simulation.service;

import io.sexton.simulation.World;
import io.sexton.simulation.kernel.Machine;
import java.util.Optional;

/** All deleters. */
public final class DeleterService extends Service {
    public DeleterService(World world, int processes) {
        super(world, "deleter");
        start(processes);
    }

    @Override
    Instance instance(Machine machine) {
        return new DeleterInstance(machine);
    }

    private final class DeleterInstance extends Instance {
        private Optional<Deleter> deleter = Optional.empty();

        private DeleterInstance(Machine machine) {
            super(machine);
        }

        @Override
        void started() {
            deleter = Optional.of(new Deleter(world(), group(), this, random()));
        }

        @Override
        void died() {
            deleter.ifPresent(Deleter::died);
            deleter = Optional.empty();
        }

        @Override
        void lostAll() {
            deleter.ifPresent(Deleter::evicted);
        }

        @Override
        public void assigned(int partition, int epoch) {
            deleter.ifPresent(each -> each.assigned(partition, epoch));
        }

        @Override
        public void revoked(int partition) {
            deleter.ifPresent(each -> each.revoked(partition));
        }
    }
}
