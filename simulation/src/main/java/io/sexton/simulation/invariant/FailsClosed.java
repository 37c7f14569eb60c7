package io.sexton.simulation.invariant;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sexton.deleter.core.StorageCall;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.simulation.World;
import io.sexton.simulation.database.Database;
import io.sexton.simulation.database.DatabaseKind;
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
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * I5. While the log lacks a commit below one that it names, or has an unreadable record, no file of the region is
 * condemned. A file is reported absent only if it is, and reported present only if no command has removed it.
 */
final class FailsClosed extends Condemnations {
    /** The versions of a region that the log names. */
    private static final class NamedVersions {
        private final TreeSet<Long> versions = new TreeSet<>();
        private long highest;
        private long healedUpTo;
        private boolean unreadable;
        private String snapshotId = "";
    }

    private static final Set<Outcome> GONE =
            EnumSet.of(Outcome.ALREADY_ABSENT, Outcome.DELETED, Outcome.TRASHED, Outcome.ARCHIVED);

    private final World world;
    private final Map<RegionId, NamedVersions> named = new HashMap<>();
    private final Map<Integer, Long> read = new HashMap<>();
    /** The time at which each command was first emitted. */
    private final Map<String, Instant> commanded = new HashMap<>();

    /** The time at which each file was last condemned. */
    private final Map<String, Instant> condemned = new HashMap<>();

    private final Map<String, NavigableSet<Instant>> calls = new HashMap<>();
    private final Map<String, NavigableSet<Instant>> removals = new HashMap<>();

    FailsClosed(World world) {
        this.world = world;
    }

    @Override
    void condemned(RegionId region, int partition, long input, DeleteCommand command, CondemnedFile file) {
        commanded.putIfAbsent(command.getCommandId(), world.scheduler().now());
        if (file.getAttempt() == 1) {
            condemned.merge(
                    region + "/" + file.getFile().getPath(),
                    commanded.getOrDefault(command.getCommandId(), Instant.MIN),
                    (one, other) -> one.isAfter(other) ? one : other);
        }
        readLog(partition, input);
        // A file that was condemned before is condemned again once the region is gone, whatever versions are
        // missing.
        boolean exempt = file.getReason() == Reason.REGION_GONE
                || (file.getAttempt() > 1 && world.database(region).truth().isDropped());
        DatabaseKind kind = world.database(region).kind();
        if (exempt || kind == DatabaseKind.RETENTION_ONLY) {
            return;
        }
        NamedVersions log = named.computeIfAbsent(region, unseen -> new NamedVersions());
        if (log.unreadable) {
            throw new Violation(
                    "I5",
                    region + " " + file.getFile().getPath()
                            + " was condemned, but a record of the region could not be read, and no snapshot followed");
        }
        Database database = world.database(region);
        for (long version : database.truth().versions()) {
            boolean matters =
                    kind == DatabaseKind.VERSIONED && version > log.healedUpTo && version < log.highest && version > 0;
            if (matters && !log.versions.contains(version)) {
                throw new Violation(
                        "I5",
                        region + " " + file.getFile().getPath() + " was condemned, but version " + version
                                + " is missing in the log, which names version " + log.highest);
            }
        }
    }

    @Override
    public void callStarts(String deleter, StorageCall call, long position) {
        call.files()
                .forEach(file -> calls.computeIfAbsent(
                                call.root().region() + "/" + file.path(), unseen -> new TreeSet<>())
                        .add(world.scheduler().now()));
    }

    @Override
    public void deleted(String deleter, RegionId region, StoredObject object) {
        removals.computeIfAbsent(region + "/" + object.path(), unseen -> new TreeSet<>())
                .add(world.scheduler().now());
    }

    @Override
    public void reported(RegionId region, DeletionReport report) {
        for (FileOutcome each : report.getOutcomesList()) {
            Optional<StoredObject> object =
                    world.store().find(world.database(region).root(), each.getPath());
            String file = region + "/" + each.getPath();
            if (each.getOutcome() == Outcome.REVOKED
                    && object.isEmpty()
                    && isOfLastCondemnation(file, report.getCommandId())
                    && firstSince(removals, file, report.getCommandId()) != null) {
                throw new Violation("I5", file + " is reported as REVOKED, and was removed");
            }
            Instant called = firstSince(calls, file, report.getCommandId());
            boolean isReportedGone = GONE.contains(each.getOutcome());
            if (isReportedGone
                    && called != null
                    && object.isPresent()
                    && object.get().writtenAt().isBefore(called)) {
                throw new Violation(
                        "I5",
                        region + " " + each.getPath() + " is reported as " + each.getOutcome() + ", and is there");
            }
        }
    }

    /** Returns true unless the report belongs to an earlier condemnation; such a report changes nothing. */
    private boolean isOfLastCondemnation(String file, String command) {
        Instant last = condemned.get(file);
        Instant since = commanded.get(command);
        return last != null && since != null && !since.isBefore(last);
    }

    /**
     * Returns the first such time for the file after the command was emitted, or null. An object that was created after
     * the storage call, by a restoration for example, is no evidence of what the command's deleter found.
     */
    private @Nullable Instant firstSince(Map<String, NavigableSet<Instant>> happened, String file, String command) {
        Instant since = commanded.get(command);
        NavigableSet<Instant> times = happened.get(file);
        return since == null || times == null ? null : times.ceiling(since);
    }

    private void readLog(int partition, long end) {
        SimulatedLog.Partition log = world.log().partition(Topics.EVENTS, partition);
        long from = read.getOrDefault(partition, 0L);
        for (long offset = from; offset < end; offset++) {
            byte[] key = log.at(offset).key();
            byte[] value = log.at(offset).value();
            if (key != null && value != null && log.at(offset).transaction() == null) {
                try {
                    take(RegionEvent.parseFrom(value));
                } catch (InvalidProtocolBufferException e) {
                    NamedVersions about = named.computeIfAbsent(RegionId.fromKey(key), unseen -> new NamedVersions());
                    about.unreadable = about.highest > 0;
                    about.snapshotId = "";
                }
            }
        }
        read.put(partition, Math.max(from, end));
    }

    private void take(RegionEvent event) {
        if (event.getRegion().isEmpty()) {
            return;
        }
        NamedVersions log = named.computeIfAbsent(RegionId.of(event.getRegion()), unseen -> new NamedVersions());
        if (event.hasManifestEdit()) {
            edit(log, event.getManifestEdit());
        } else if (event.getCompactionCompleted().hasEdit()) {
            edit(log, event.getCompactionCompleted().getEdit());
        } else if (event.hasRegionOpened()) {
            log.highest = Math.max(log.highest, event.getRegionOpened().getManifestVersion() + 1);
        } else if (event.hasManifestSnapshot()) {
            ManifestSnapshot snapshot = event.getManifestSnapshot();
            if (snapshot.getChunk() == 0) {
                log.snapshotId = snapshot.getSnapshotId();
            }
            if (snapshot.getLast() && snapshot.getSnapshotId().equals(log.snapshotId)) {
                log.unreadable = false;
                log.healedUpTo = Math.max(log.healedUpTo, snapshot.getVersion());
            }
        }
    }

    private static void edit(NamedVersions log, ManifestEdit edit) {
        log.versions.add(edit.getVersion());
        log.highest = Math.max(log.highest, edit.getVersion());
    }
}
