package io.sexton.simulation.invariant;

import io.sexton.proto.RegionId;
import io.sexton.proto.Times;
import io.sexton.proto.Topics;
import io.sexton.simulation.World;
import io.sexton.simulation.database.DatabaseKind;
import io.sexton.simulation.log.SimulatedLog;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.Disposition;
import io.sexton.v1.FileRef;
import io.sexton.v1.Policy;
import io.sexton.v1.Reason;
import io.sexton.v1.RegionEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * I5, the guard: until an operator approves, no more files of a region are condemned within an hour of decisions than
 * its policy permits. The percentage is of all files that edits and snapshots have ever named (without a manifest:
 * announcements and inventories), so the limit checked here is never too low.
 */
final class NoUnapprovedSweep extends Condemnations {
    private static final Duration HOUR = Duration.ofHours(1);

    private static final class Hour {
        private final Set<String> named = new HashSet<>();
        private Instant began = Instant.EPOCH;
        private int condemned;
        private boolean approved;
    }

    private final World world;
    private final Map<RegionId, Hour> hours = new HashMap<>();
    private final Map<Integer, Long> read = new HashMap<>();

    NoUnapprovedSweep(World world) {
        this.world = world;
    }

    @Override
    void condemned(RegionId region, int partition, long input, DeleteCommand command, CondemnedFile file) {
        readLog(partition, input);
        Policy policy = world.database(region).operator().policy();
        Hour hour = hours.computeIfAbsent(region, unseen -> new Hour());
        boolean isCounted = policy.hasApprovalFloor()
                && file.getAttempt() == 1
                && file.getReason() != Reason.REGION_GONE
                && command.getDisposition() != Disposition.DRY_RUN;
        if (!isCounted || hour.approved) {
            return;
        }
        Instant decided = Times.of(command.getDecidedAt());
        if (!decided.isBefore(hour.began.plus(HOUR))) {
            hour.began = decided;
            hour.condemned = 0;
        }
        hour.condemned++;
        long most =
                Math.max(policy.getApprovalFloor(), (long) policy.getMaxCondemnedPercent() * hour.named.size() / 100);
        if (hour.condemned > most) {
            throw new Violation(
                    "I5",
                    region + " " + file.getFile().getPath() + " was condemned as number " + hour.condemned
                            + " of an hour; the policy lets " + most + " through, without an approval of more");
        }
    }

    private void readLog(int partition, long end) {
        SimulatedLog.Partition log = world.log().partition(Topics.EVENTS, partition);
        for (long offset = read.getOrDefault(partition, 0L); offset < end; offset++) {
            LoggedEvent.read(log.at(offset))
                    .filter(event -> !event.getRegion().isEmpty())
                    .ifPresent(this::take);
        }
        read.merge(partition, end, Math::max);
    }

    private void take(RegionEvent event) {
        Hour hour = hours.computeIfAbsent(RegionId.of(event.getRegion()), unseen -> new Hour());
        LoggedEvent.edit(event).getAddedList().stream().map(FileRef::getPath).forEach(hour.named::add);
        hour.named.addAll(LoggedEvent.edit(event).getRemovedList());
        files(event).stream().map(FileRef::getPath).forEach(hour.named::add);
        hour.approved |=
                event.hasApproval() && event.getApproval().getInventoryId().isEmpty();
    }

    private List<FileRef> files(RegionEvent event) {
        boolean isManifest = world.database(RegionId.of(event.getRegion())).kind() != DatabaseKind.RETENTION_ONLY;
        if (isManifest) {
            return event.getManifestSnapshot().getFilesList();
        }
        return event.hasFileWritten()
                ? List.of(event.getFileWritten().getFile())
                : event.getInventory().getFilesList();
    }
}
