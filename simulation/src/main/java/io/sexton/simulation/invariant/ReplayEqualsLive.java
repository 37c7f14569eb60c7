package io.sexton.simulation.invariant;

import io.sexton.fold.core.Output;
import io.sexton.proto.Topics;
import io.sexton.simulation.World;
import io.sexton.simulation.log.SimulatedLog;
import io.sexton.simulation.service.FoldService;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** I8. A replay of the logs without crashes emits, byte for byte, what was emitted live through all crashes and hand-overs. */
final class ReplayEqualsLive implements Invariant {
    private static final List<String> OUTPUTS = List.of(Topics.DELETE_COMMANDS, Topics.NOTICES, Topics.LOCK_EVENTS);

    private final World world;

    ReplayEqualsLive(World world) {
        this.world = world;
    }

    @Override
    public void checkAtTheEnd() {
        for (FoldService service : world.folds()) {
            for (int partition = 0; partition < world.log().partitions(); partition++) {
                compare(service, partition, service.replay(partition).emitted());
            }
        }
    }

    private void compare(FoldService service, int partition, List<Output.Emitted> replayed) {
        for (String topic : OUTPUTS) {
            List<Output.Emitted> of =
                    replayed.stream().filter(each -> each.topic().equals(topic)).toList();
            if (!of.isEmpty()) {
                compare(service.input(), partition, topic, of);
            }
        }
    }

    private void compare(String input, int partition, String topic, List<Output.Emitted> replayed) {
        SimulatedLog.Partition live = world.log().partition(topic, partition);
        Optional<SimulatedLog.Entry> next = live.next(0);
        for (Output.Emitted emitted : replayed) {
            byte[] again = emitted.message().toByteArray();
            if (next.isEmpty() || !Arrays.equals(next.get().value(), again)) {
                throw new Violation(
                        "I8",
                        "a replay of " + input + "-" + partition + " emits " + emitted.message()
                                + ", which live was "
                                + next.map(entry -> "something else at offset " + entry.offset())
                                        .orElse("never emitted"));
            }
            next = live.next(next.get().offset() + 1);
        }
        if (next.isPresent()) {
            throw new Violation("I8", topic + "-" + partition + " has more than a replay emits");
        }
    }
}
