package io.sexton.simulation.invariant;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sexton.deleter.core.StorageCall;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.simulation.World;
import io.sexton.simulation.database.Database;
import io.sexton.simulation.log.SimulatedLog;
import io.sexton.simulation.storage.StoredObject;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.DeletionReport;
import io.sexton.v1.FileOutcome;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.ManifestSnapshot;
import io.sexton.v1.Outcome;
import io.sexton.v1.Reason;
import io.sexton.v1.RegionEvent;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * I5. While the log lacks a commit below one that it tells of, nothing of the region is condemned; and a file is said to
 * be absent only if it is.
 */
final class FailsClosed extends Condemnations {
    /** What the log tells of a region's versions. */
    private static final class Told {
        private final TreeSet<Long> versions = new TreeSet<>();
        private long highest;
        private long healedUpTo;
    }

    private final World world;
    private final Map<RegionId, Told> told = new HashMap<>();
    private final Map<Integer, Long> read = new HashMap<>();
    private final Map<String, Instant> calls = new HashMap<>();

    FailsClosed(World world) {
        this.world = world;
    }

    @Override
    void condemned(RegionId region, int partition, long input, DeleteCommand command, CondemnedFile file) {
        readLog(partition, input);
        Told log = told.computeIfAbsent(region, unseen -> new Told());
        Database database = world.database(region);
        for (long version : database.truth().versions()) {
            boolean matters = version > log.healedUpTo && version < log.highest && version > 0;
            if (matters && !log.versions.contains(version) && file.getReason() != Reason.REGION_GONE) {
                throw new Violation(
                        "I5",
                        region + " " + file.getFile().getPath() + " was condemned, but version " + version
                                + " is missing in the log, which tells of version " + log.highest);
            }
        }
    }

    @Override
    public void callStarts(String deleter, StorageCall call, long position) {
        call.files()
                .forEach(file -> calls.put(
                        call.root().region() + "/" + file.path(), world.scheduler().now()));
    }

    @Override
    public void reported(RegionId region, DeletionReport report) {
        for (FileOutcome each : report.getOutcomesList()) {
            Optional<StoredObject> object =
                    world.store().find(world.database(region).root(), each.getPath());
            Instant called = calls.get(region + "/" + each.getPath());
            boolean isSaidToBeGone = each.getOutcome() == Outcome.ALREADY_ABSENT || each.getOutcome() == Outcome.DELETED;
            if (isSaidToBeGone
                    && called != null
                    && object.isPresent()
                    && object.get().writtenAt().isBefore(called)) {
                throw new Violation(
                        "I5", region + " " + each.getPath() + " is reported as " + each.getOutcome() + ", and is there");
            }
        }
    }

    private void readLog(int partition, long end) {
        SimulatedLog.Partition log = world.log().partition(Topics.EVENTS, partition);
        long from = read.getOrDefault(partition, 0L);
        for (long offset = from; offset < end; offset++) {
            byte[] value = log.at(offset).value();
            if (value != null && log.at(offset).transaction() == null) {
                try {
                    take(RegionEvent.parseFrom(value));
                } catch (InvalidProtocolBufferException e) {
                    // Nothing is told by what cannot be read.
                }
            }
        }
        read.put(partition, Math.max(from, end));
    }

    private void take(RegionEvent event) {
        if (event.getRegion().isEmpty()) {
            return;
        }
        Told log = told.computeIfAbsent(RegionId.of(event.getRegion()), unseen -> new Told());
        if (event.hasManifestEdit()) {
            edit(log, event.getManifestEdit());
        } else if (event.getCompactionCompleted().hasEdit()) {
            edit(log, event.getCompactionCompleted().getEdit());
        } else if (event.hasRegionOpened()) {
            log.highest = Math.max(log.highest, event.getRegionOpened().getManifestVersion() + 1);
        } else if (event.hasManifestSnapshot()) {
            ManifestSnapshot snapshot = event.getManifestSnapshot();
            if (snapshot.getLast()) {
                log.healedUpTo = Math.max(log.healedUpTo, snapshot.getVersion());
            }
        }
    }

    private static void edit(Told log, ManifestEdit edit) {
        log.versions.add(edit.getVersion());
        log.highest = Math.max(log.highest, edit.getVersion());
    }
}
