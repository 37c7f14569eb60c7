package io.sexton.simulation.invariant;

import io.sexton.proto.RegionId;
import io.sexton.proto.Times;
import io.sexton.proto.Topics;
import io.sexton.simulation.World;
import io.sexton.simulation.log.SimulatedLog;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.Hold;
import io.sexton.v1.RegionEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** I2, for operators: no file under an operator's hold, by the log, is condemned. */
final class NoHeldFileCondemned extends Condemnations {
    /** @param until the earliest possible end, in true time */
    private record Held(String prefix, Instant until) {}

    private final World world;
    private final Duration tolerance;
    private final boolean clocksAreStepped;
    private final Map<RegionId, Map<String, Held>> holds = new HashMap<>();
    private final Map<Integer, Long> read = new HashMap<>();

    NoHeldFileCondemned(World world, Duration tolerance, boolean clocksAreStepped) {
        this.world = world;
        this.tolerance = tolerance;
        this.clocksAreStepped = clocksAreStepped;
    }

    @Override
    void condemned(RegionId region, int partition, long input, DeleteCommand command, CondemnedFile file) {
        readLog(partition, input);
        String path = file.getFile().getPath();
        holds.getOrDefault(region, Map.of()).forEach((id, held) -> {
            if (path.startsWith(held.prefix()) && world.scheduler().now().isBefore(held.until())) {
                throw new Violation("I2", region + " " + path + " was condemned, and hold " + id + " covers it");
            }
        });
    }

    private void readLog(int partition, long end) {
        SimulatedLog.Partition log = world.log().partition(Topics.EVENTS, partition);
        for (long offset = read.getOrDefault(partition, 0L); offset < end; offset++) {
            Instant happened = log.at(offset).happened();
            LoggedEvent.read(log.at(offset)).filter(RegionEvent::hasHold).ifPresent(event -> take(event, happened));
        }
        read.put(partition, end);
    }

    private void take(RegionEvent event, Instant happened) {
        Hold hold = event.getHold();
        Map<String, Held> ofRegion = holds.computeIfAbsent(RegionId.of(event.getRegion()), unseen -> new HashMap<>());
        if (hold.getReleased()) {
            ofRegion.remove(hold.getHoldId());
        } else {
            ofRegion.put(hold.getHoldId(), new Held(hold.getPathPrefix(), endOf(hold, happened)));
        }
    }

    /** Returns the earliest end of the hold. The clock of the log may run faster for a while, by a quarter. */
    private Instant endOf(Hold hold, Instant happened) {
        if (!hold.hasExpiresAfter()) {
            return Instant.MAX;
        }
        Duration length = Times.of(hold.getExpiresAfter()).minus(tolerance);
        return happened.plus(clocksAreStepped ? length.multipliedBy(4).dividedBy(5) : length);
    }
}
