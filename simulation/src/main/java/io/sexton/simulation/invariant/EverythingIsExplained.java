package io.sexton.simulation.invariant;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.simulation.World;
import io.sexton.simulation.log.SimulatedLog;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.FileRef;
import io.sexton.v1.Reason;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.Trigger;

/**
 * I7. The evidence of each condemnation is a record of the log, before the decision, that supports the reason; under
 * ON_COMPACTION, a compaction has completed since.
 */
final class EverythingIsExplained extends Condemnations {
    private final World world;

    EverythingIsExplained(World world) {
        this.world = world;
    }

    @Override
    void condemned(RegionId region, int partition, long input, DeleteCommand command, CondemnedFile file) {
        if (!command.getCommandId().startsWith(partition + "-" + input + "-")) {
            throw new Violation("I7", "command " + command.getCommandId() + " does not name its tick, " + input);
        }
        long offset = file.getEvidenceOffset();
        // The tick that condemns a reader's temporary manifest is itself the evidence that the pin has expired.
        boolean isBefore = offset < input || (offset == input && file.getReason() == Reason.STALE_TEMP_MANIFEST);
        if (!isBefore) {
            throw unexplained(region, file, "the evidence does not stand before the decision");
        }
        SimulatedLog.Entry entry =
                world.log().partition(Topics.EVENTS, partition).at(offset);
        byte[] value = entry.value();
        if (value == null) {
            throw unexplained(region, file, "offset " + offset + " is no record");
        }
        try {
            RegionEvent event = RegionEvent.parseFrom(value);
            boolean concernsIt = event.hasTick() || event.getRegion().equals(region.value());
            if (!concernsIt || !bearsOut(event, file)) {
                throw unexplained(region, file, "offset " + offset + " has another content");
            }
            if (!isCompacted(region, partition, input, file)) {
                throw unexplained(region, file, "no compaction has completed since");
            }
        } catch (InvalidProtocolBufferException e) {
            throw unexplained(region, file, "offset " + offset + " cannot be read");
        }
    }

    /** Returns true if a compaction has completed since, for the first condemnation under ON_COMPACTION. */
    private boolean isCompacted(RegionId region, int partition, long input, CondemnedFile file) {
        boolean waits = world.database(region).operator().trigger() == Trigger.ON_COMPACTION
                && file.getAttempt() == 1
                && (file.getReason() == Reason.OBSOLETE || file.getReason() == Reason.ORPHAN);
        for (long offset = input - 1; waits && offset > file.getEvidenceOffset(); offset--) {
            waits = LoggedEvent.read(
                            world.log().partition(Topics.EVENTS, partition).at(offset))
                    .filter(RegionEvent::hasCompactionCompleted)
                    .filter(event -> event.getRegion().equals(region.value()))
                    .isEmpty();
        }
        return !waits;
    }

    private static boolean bearsOut(RegionEvent event, CondemnedFile file) {
        String path = file.getFile().getPath();
        return switch (file.getReason()) {
            case OBSOLETE ->
                event.getManifestEdit().getRemovedList().contains(path)
                        || event.getCompactionCompleted()
                                .getEdit()
                                .getRemovedList()
                                .contains(path)
                        || event.hasManifestSnapshot();
            case ORPHAN ->
                event.getFileWritten().getFile().getPath().equals(path)
                        || event.getInventory().getFilesList().stream()
                                .anyMatch(each -> each.getPath().equals(path))
                        || event.hasRegionOpened()
                        || event.hasDeletionReport();
            case TEMPORARY, WRITE_ABORTED, REGION_GONE -> !event.hasManifestEdit();
            case EXPIRED ->
                hasTimeOf(event.getFileWritten().getFile(), file)
                        || event.getInventory().getFilesList().stream().anyMatch(each -> hasTimeOf(each, file));
            case STALE_TEMP_MANIFEST -> event.hasTick();
            case REASON_UNSPECIFIED, UNRECOGNIZED -> false;
        };
    }

    private static boolean hasTimeOf(FileRef sighted, CondemnedFile file) {
        return sighted.getPath().equals(file.getFile().getPath())
                && (sighted.getDataUntil().equals(file.getSince())
                        || sighted.getModifiedAt().equals(file.getSince()));
    }

    private static Violation unexplained(RegionId region, CondemnedFile file, String why) {
        return new Violation(
                "I7", region + " " + file.getFile().getPath() + ", condemned as " + file.getReason() + ": " + why);
    }
}
