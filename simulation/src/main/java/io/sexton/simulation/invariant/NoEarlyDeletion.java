package io.sexton.simulation.invariant;

import io.sexton.proto.RegionId;
import io.sexton.proto.Times;
import io.sexton.proto.Topics;
import io.sexton.simulation.World;
import io.sexton.simulation.database.GroundTruth;
import io.sexton.simulation.log.SimulatedLog;
import io.sexton.simulation.storage.StoredObject;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.Policy;
import io.sexton.v1.Reason;
import io.sexton.v1.RegionEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * I3. In true time, which no component of Sexton reads, nothing is condemned before its linger has passed, less the
 * clock errors of this world.
 */
final class NoEarlyDeletion extends Condemnations {
    private final World world;
    private final Duration tolerance;
    private final boolean clocksAreStepped;

    /**
     * @param tolerance upper bound on the difference of two clocks without a fault
     * @param clocksAreStepped true if the log's clock may run faster for a while, by a quarter
     */
    NoEarlyDeletion(World world, Duration tolerance, boolean clocksAreStepped) {
        this.world = world;
        this.tolerance = tolerance;
        this.clocksAreStepped = clocksAreStepped;
    }

    @Override
    void condemned(RegionId region, int partition, long input, DeleteCommand command, CondemnedFile file) {
        GroundTruth truth = world.database(region).truth();
        String path = file.getFile().getPath();
        Optional<Instant> since = switch (file.getReason()) {
            case OBSOLETE -> isRepeatable(region, path, partition, input) ? Optional.empty() : truth.notLiveSince(path);
            case ORPHAN -> truth.announced(path);
            case TEMPORARY, WRITE_ABORTED -> written(region, path);
            // Once condemned it stays so, into the region's next life and the next drop.
            case REGION_GONE -> file.getAttempt() == 1 ? truth.droppedAt() : Optional.empty();
            case EXPIRED -> truth.dataUntil(path);
            case STALE_TEMP_MANIFEST, REASON_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
        };
        Duration linger =
                linger(file.getReason(), world.database(region).operator().policy());
        since.ifPresent(begin -> check(region, file, begin, linger));
    }

    private static Duration linger(Reason reason, Policy policy) {
        return Times.of(
                switch (reason) {
                    case OBSOLETE -> policy.getObsoleteLinger();
                    case ORPHAN -> policy.getOrphanLinger();
                    case TEMPORARY, WRITE_ABORTED -> policy.getTempLinger();
                    case REGION_GONE -> policy.getDropLinger();
                    case EXPIRED -> policy.getRetention();
                    case STALE_TEMP_MANIFEST, REASON_UNSPECIFIED, UNRECOGNIZED ->
                        com.google.protobuf.Duration.getDefaultInstance();
                });
    }

    /**
     * Returns whether the removal cannot be checked. Without versions one that contradicts the log cannot be
     * distinguished from a repeated one. And if the edit of the true removal never arrived, the log contains only that of
     * a wrong snapshot.
     */
    private boolean isRepeatable(RegionId region, String path, int partition, long input) {
        GroundTruth truth = world.database(region).truth();
        return switch (world.database(region).kind()) {
            case VERSIONED -> truth.isMisread(path) && !isRemovedInTheLog(region, path, partition, input);
            case UNVERSIONED ->
                truth.isMisread(path) || truth.outsideTheContractSince(path).isPresent();
            case RETENTION_ONLY -> false;
        };
    }

    /** Returns whether the log has the edit that removed the path last, before anything that outdated the edit. */
    private boolean isRemovedInTheLog(RegionId region, String path, int partition, long input) {
        Optional<Long> removal = world.database(region).truth().removedIn(path);
        if (removal.isEmpty()) {
            return false;
        }
        SimulatedLog.Partition log = world.log().partition(Topics.EVENTS, partition);
        for (long offset = 0; offset < input; offset++) {
            Optional<RegionEvent> event = LoggedEvent.read(log.at(offset))
                    .filter(each -> each.getRegion().equals(region.value()));
            long version = event.map(NoEarlyDeletion::version).orElse(0L);
            if (version >= removal.get()) {
                return event.filter(each -> LoggedEvent.edit(each).getVersion() == removal.get()
                                && LoggedEvent.edit(each).getRemovedList().contains(path))
                        .isPresent();
            }
        }
        return false;
    }

    private static long version(RegionEvent event) {
        return Math.max(
                LoggedEvent.edit(event).getVersion(),
                Math.max(
                        event.getManifestSnapshot().getVersion(),
                        event.getRegionOpened().getManifestVersion()));
    }

    /** Checks the store's minimum age, which no event can lower. */
    @Override
    public void deleted(String deleter, RegionId region, StoredObject object) {
        Duration age = Duration.between(object.modifiedAt(), world.scheduler().now());
        if (!clocksAreStepped && age.compareTo(World.MINIMUM_AGE.minus(tolerance)) < 0) {
            throw new Violation(
                    "I3",
                    deleter + " deleted " + region + " " + object.path() + ", which was written " + age.toSeconds()
                            + " s before; minimum-age is " + World.MINIMUM_AGE.toSeconds() + " s");
        }
    }

    /** Returns the time since which a file is garbage that a replaced leader wrote: the time of its replacement. */
    private Optional<Instant> written(RegionId region, String path) {
        Optional<Instant> replaced = world.database(region).truth().writtenByLeaderReplacedAt(path);
        return replaced.isPresent()
                ? replaced
                : world.store().find(world.database(region).root(), path).map(StoredObject::writtenAt);
    }

    private void check(RegionId region, CondemnedFile file, Instant since, Duration linger) {
        Duration passed = Duration.between(since, world.scheduler().now());
        Duration least = linger.minus(tolerance);
        if (clocksAreStepped) {
            least = least.multipliedBy(4).dividedBy(5);
        }
        if (passed.compareTo(least) < 0) {
            throw new Violation(
                    "I3",
                    region + " " + file.getFile().getPath() + " was condemned as " + file.getReason() + " "
                            + passed.toSeconds() + " s after the fact, the linger is " + linger.toSeconds() + " s");
        }
    }
}
