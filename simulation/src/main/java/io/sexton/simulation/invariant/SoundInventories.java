package io.sexton.simulation.invariant;

import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.simulation.World;
import io.sexton.simulation.database.DatabaseKind;
import io.sexton.simulation.log.SimulatedLog;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.FileRef;
import io.sexton.v1.Inventory;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.Reason;
import io.sexton.v1.RegionEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * I5. An orphan that only a listing has shown is condemned after a later listing that names it, and that does not
 * contradict the manifest or was accepted by an operator. A listing does not contradict the manifest if it is complete
 * and names every file which the log has added and which was live from the announcement to the end.
 */
final class SoundInventories extends Condemnations {
    /** @param live the files that it must name: live at its announcement, by an edit in the log */
    private record Listing(String id, long announced, Set<String> live, Set<String> named) {}

    private static final class Known {
        private final Set<String> added = new HashSet<>();
        private final List<Listing> sound = new ArrayList<>();
        private final Map<String, Listing> doubted = new HashMap<>();
        private Listing running = new Listing("", -1, Set.of(), Set.of());
        private boolean anyAccepted;
    }

    private final World world;
    private final Map<RegionId, Known> known = new HashMap<>();
    private final Map<Integer, Long> read = new HashMap<>();

    SoundInventories(World world) {
        this.world = world;
    }

    @Override
    public void check() {
        for (int partition = 0; partition < world.log().partitions(); partition++) {
            SimulatedLog.Partition log = world.log().partition(Topics.EVENTS, partition);
            long offset = read.getOrDefault(partition, 0L);
            for (; offset < log.end(); offset++) {
                long at = offset;
                LoggedEvent.read(log.at(offset)).ifPresent(event -> take(event, at));
            }
            read.put(partition, offset);
        }
    }

    private void take(RegionEvent event, long offset) {
        if (event.hasManifestEdit()) {
            added(event, event.getManifestEdit());
        } else if (event.getCompactionCompleted().hasEdit()) {
            added(event, event.getCompactionCompleted().getEdit());
        } else if (event.hasInventory()) {
            listed(RegionId.of(event.getRegion()), event.getInventory(), offset);
        } else if (event.hasApproval() && !event.getApproval().getInventoryId().isEmpty()) {
            accepted(known(event), event.getApproval().getInventoryId());
        }
    }

    private Known known(RegionEvent event) {
        return known.computeIfAbsent(RegionId.of(event.getRegion()), unseen -> new Known());
    }

    private void added(RegionEvent event, ManifestEdit edit) {
        edit.getAddedList().stream().map(FileRef::getPath).forEach(known(event).added::add);
    }

    private void listed(RegionId region, Inventory chunk, long offset) {
        Known of = known.computeIfAbsent(region, unseen -> new Known());
        if (chunk.getChunk() == 0 && !chunk.getInventoryId().equals(of.running.id())) {
            Set<String> live = new HashSet<>(world.database(region).truth().live());
            live.retainAll(of.added);
            of.running = new Listing(chunk.getInventoryId(), offset, live, new HashSet<>());
        } else if (chunk.getInventoryId().equals(of.running.id())) {
            chunk.getFilesList().stream().map(FileRef::getPath).forEach(of.running.named()::add);
            if (chunk.getLast()) {
                complete(region, of);
            }
        }
    }

    private void complete(RegionId region, Known of) {
        Set<String> missing = new HashSet<>(of.running.live());
        missing.retainAll(world.database(region).truth().live());
        missing.removeAll(of.running.named());
        if (of.anyAccepted) {
            // What an accepted one has missed counts as missing no more.
            missing.removeAll(world.database(region).truth().lost());
        }
        if (missing.isEmpty()) {
            of.sound.add(of.running);
        } else {
            of.doubted.put(of.running.id(), of.running);
        }
    }

    private static void accepted(Known of, String id) {
        Listing listing = of.doubted.remove(id);
        if (listing != null) {
            of.sound.add(listing);
        }
        of.anyAccepted = true;
    }

    @Override
    void condemned(RegionId region, int partition, long input, DeleteCommand command, CondemnedFile file) {
        boolean isListed = file.getReason() == Reason.ORPHAN
                && file.getAttempt() == 1
                && world.database(region).kind() != DatabaseKind.RETENTION_ONLY
                && LoggedEvent.read(
                                world.log().partition(Topics.EVENTS, partition).at(file.getEvidenceOffset()))
                        .filter(RegionEvent::hasInventory)
                        .isPresent();
        String path = file.getFile().getPath();
        if (isListed
                && known.computeIfAbsent(region, unseen -> new Known()).sound.stream()
                        .noneMatch(each -> each.announced() > file.getEvidenceOffset()
                                && each.named().contains(path))) {
            throw new Violation(
                    "I5",
                    region + " " + path
                            + " was condemned as ORPHAN, but no listing that agrees with the manifest has confirmed it");
        }
    }
}
