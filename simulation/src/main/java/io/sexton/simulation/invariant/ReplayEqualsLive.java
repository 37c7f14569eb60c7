package io.sexton.simulation.invariant;

import io.sexton.proto.Topics;
import io.sexton.simulation.World;
import io.sexton.simulation.log.SimulatedLog;
import io.sexton.simulation.service.FoldKind;
import io.sexton.simulation.service.Said;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * I8. A second fold of the logs, in one pass, emits byte for byte what was emitted live, through all crashes and
 * rebalances.
 */
final class ReplayEqualsLive implements Invariant {
    private static final List<String> OUTPUTS = List.of(Topics.DELETE_COMMANDS, Topics.NOTICES, Topics.LOCK_EVENTS);

    private final World world;

    ReplayEqualsLive(World world) {
        this.world = world;
    }

    @Override
    public void checkAtTheEnd() {
        for (FoldKind kind : FoldKind.values()) {
            for (int partition = 0; partition < world.log().partitions(); partition++) {
                compare(kind, partition, Replay.of(world, kind, partition).emitted());
            }
        }
    }

    private void compare(FoldKind kind, int partition, List<Said> replayed) {
        for (String topic : OUTPUTS) {
            List<Said> of =
                    replayed.stream().filter(each -> each.topic().equals(topic)).toList();
            if (!of.isEmpty()) {
                compare(kind, partition, topic, of);
            }
        }
    }

    private void compare(FoldKind kind, int partition, String topic, List<Said> replayed) {
        SimulatedLog.Partition live = world.log().partition(topic, partition);
        Optional<SimulatedLog.Entry> next = live.next(0);
        for (Said emitted : replayed) {
            byte[] again = emitted.message().toByteArray();
            if (next.isEmpty() || !Arrays.equals(next.get().value(), again)) {
                throw new Violation(
                        "I8",
                        "a replay of " + kind.input() + "-" + partition + " emits " + emitted.message()
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
