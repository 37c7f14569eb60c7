package io.sexton.simulation.invariant;

import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.simulation.World;
import io.sexton.simulation.database.Operator;
import io.sexton.simulation.log.SimulatedLog;
import io.sexton.simulation.storage.StoredObject;
import io.sexton.v1.FileRef;
import io.sexton.v1.Inventory;
import io.sexton.v1.RegionEvent;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** I5. A complete inventory names every file that existed from its announcement to its end. */
final class CompleteInventories implements Invariant {
    private record Running(Map<String, StoredObject> before, Set<String> named) {}

    private final World world;
    private final Map<String, Running> running = new HashMap<>();
    private final Map<Integer, Long> read = new HashMap<>();

    CompleteInventories(World world) {
        this.world = world;
    }

    @Override
    public void check() {
        for (int partition = 0; partition < world.log().partitions(); partition++) {
            SimulatedLog.Partition log = world.log().partition(Topics.EVENTS, partition);
            long offset = read.getOrDefault(partition, 0L);
            for (; offset < log.end(); offset++) {
                LoggedEvent.read(log.at(offset))
                        .filter(RegionEvent::hasInventory)
                        .ifPresent(event -> take(RegionId.of(event.getRegion()), event.getInventory()));
            }
            read.put(partition, offset);
        }
    }

    private void take(RegionId region, Inventory chunk) {
        Map<String, StoredObject> there =
                world.store().list(world.database(region).root());
        String id = region + "/" + chunk.getInventoryId();
        if (chunk.getChunk() == 0) {
            running.putIfAbsent(id, new Running(there, new HashSet<>()));
            return;
        }
        Running inventory = running.get(id);
        if (inventory == null) {
            return;
        }
        chunk.getFilesList().stream().map(FileRef::getPath).forEach(inventory.named()::add);
        boolean isOfSomethingElse = inventory.named().stream().anyMatch(path -> path.startsWith(Operator.ELSEWHERE));
        if (chunk.getLast() && !isOfSomethingElse) {
            there.forEach((path, object) -> {
                if (object.equals(inventory.before().get(path))
                        && !inventory.named().contains(path)) {
                    throw new Violation("I5", "a complete inventory of " + region + " lacks " + path);
                }
            });
        }
    }
}
