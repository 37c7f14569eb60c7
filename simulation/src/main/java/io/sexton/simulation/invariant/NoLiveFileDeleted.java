package io.sexton.simulation.invariant;

import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.simulation.World;
import io.sexton.simulation.database.GroundTruth;
import io.sexton.simulation.log.SimulatedLog;
import io.sexton.simulation.storage.StoredObject;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.Disposition;
import java.time.Instant;
import java.util.Optional;

/** I1. A file of the manifest, as the database itself keeps it, is never condemned and never deleted. */
final class NoLiveFileDeleted extends Condemnations {
    private final World world;

    NoLiveFileDeleted(World world) {
        this.world = world;
    }

    @Override
    void condemned(RegionId region, int partition, long input, DeleteCommand command, CondemnedFile file) {
        String path = file.getFile().getPath();
        GroundTruth truth = world.database(region).truth();
        // A dry run condemns nothing, and no latch stops it: it shows what a wrong snapshot would have removed.
        boolean isShown = command.getDisposition() == Disposition.DRY_RUN && truth.isMisread(path);
        if (isLive(region, path) && !isShown && !isNotYetLogged(truth, region, path, partition, input)) {
            throw new Violation("I1", "condemned " + region + " " + path + ", which is live");
        }
    }

    /**
     * Returns true if the path was made live without an event so far: it may be condemned until the log has the commit,
     * but its new object is not deleted.
     */
    private boolean isNotYetLogged(GroundTruth truth, RegionId region, String path, int partition, long input) {
        Optional<Instant> since = truth.outsideTheContractSince(path);
        if (since.isEmpty()) {
            return false;
        }
        SimulatedLog.Partition log = world.log().partition(Topics.EVENTS, partition);
        for (long offset = input - 1; offset >= 0; offset--) {
            SimulatedLog.Entry entry = log.at(offset);
            if (entry.happened().isBefore(since.get())) {
                return true;
            }
            if (LoggedEvent.read(entry)
                    .filter(event -> LoggedEvent.adds(event, region, path))
                    .isPresent()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void deleted(String deleter, RegionId region, StoredObject object) {
        if (isLive(region, object.path())) {
            throw new Violation("I1", deleter + " deleted " + region + " " + object.path() + ", which is live");
        }
    }

    private boolean isLive(RegionId region, String path) {
        return world.database(region).truth().isLive(path);
    }
}
