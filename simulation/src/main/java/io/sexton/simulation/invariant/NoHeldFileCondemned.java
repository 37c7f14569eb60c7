package io.sexton.simulation.invariant;

import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.simulation.World;
import io.sexton.simulation.log.SimulatedLog;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.Hold;
import io.sexton.v1.RegionEvent;
import java.util.HashMap;
import java.util.Map;

/** I2, for operators: what an operator's hold covers, by the log, is not condemned. */
final class NoHeldFileCondemned extends Condemnations {
    private final World world;
    private final Map<RegionId, Map<String, String>> holds = new HashMap<>();
    private final Map<Integer, Long> read = new HashMap<>();

    NoHeldFileCondemned(World world) {
        this.world = world;
    }

    @Override
    void condemned(RegionId region, int partition, long input, DeleteCommand command, CondemnedFile file) {
        readLog(partition, input);
        String path = file.getFile().getPath();
        holds.getOrDefault(region, Map.of()).forEach((id, prefix) -> {
            if (path.startsWith(prefix)) {
                throw new Violation("I2", region + " " + path + " was condemned, and hold " + id + " covers it");
            }
        });
    }

    private void readLog(int partition, long end) {
        SimulatedLog.Partition log = world.log().partition(Topics.EVENTS, partition);
        for (long offset = read.getOrDefault(partition, 0L); offset < end; offset++) {
            LoggedEvent.read(log.at(offset)).filter(RegionEvent::hasHold).ifPresent(this::take);
        }
        read.put(partition, end);
    }

    private void take(RegionEvent event) {
        Hold hold = event.getHold();
        Map<String, String> ofRegion = holds.computeIfAbsent(RegionId.of(event.getRegion()), unseen -> new HashMap<>());
        if (hold.getReleased()) {
            ofRegion.remove(hold.getHoldId());
        } else {
            ofRegion.put(hold.getHoldId(), hold.getPathPrefix());
        }
    }
}
