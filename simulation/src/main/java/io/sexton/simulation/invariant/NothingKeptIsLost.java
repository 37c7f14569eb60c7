package io.sexton.simulation.invariant;

import io.sexton.deleter.storage.ObjectKey;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.simulation.World;
import io.sexton.simulation.database.Database;
import io.sexton.simulation.storage.Contents;
import io.sexton.simulation.storage.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Files that a policy retains are retained: a file that leaves a region for the trash or the archive is stored there
 * with the same bytes (I5), it stays in the trash as long as it can be restored (I3), and in a dry run no file leaves.
 */
final class NothingKeptIsLost implements Invariant {
    /** {@code .trash/r-REGION/MILLIS-PARTITION-OFFSET-INDEX/ROOT/PATH}. */
    private static final Pattern IN_THE_TRASH = Pattern.compile("\\.trash/[^/]+/\\d+-(\\d+)-(\\d+)-\\d+/.*");

    private final World world;
    private final Duration tolerance;
    private final boolean clocksAreStepped;

    /**
     * @param clocksAreStepped true if the clock of decisions, from which the age counts, may be hours behind true time
     */
    NothingKeptIsLost(World world, Duration tolerance, boolean clocksAreStepped) {
        this.world = world;
        this.tolerance = tolerance;
        this.clocksAreStepped = clocksAreStepped;
    }

    @Override
    public void deleted(String deleter, RegionId region, StoredObject object) {
        Database database = world.database(region);
        boolean kept = switch (database.operator().disposition()) {
            case TRASH -> lies(world.store(), "/" + database.root() + "/" + object.path(), object);
            case ARCHIVE -> lies(world.archive(), "/" + database.root() + "/" + object.path(), object);
            case DRY_RUN -> false;
            case DELETE, DISPOSITION_UNSPECIFIED, UNRECOGNIZED -> true;
        };
        if (!kept) {
            throw new Violation(
                    "I5",
                    deleter + " had " + region + " " + object.path() + " removed, and under disposition "
                            + database.operator().disposition() + " it is kept nowhere");
        }
    }

    private static boolean lies(Contents in, String name, StoredObject object) {
        return in.all().entrySet().stream()
                .anyMatch(
                        each -> each.getKey().endsWith(name) && each.getValue().hasBytesOf(object));
    }

    @Override
    public void purged(String by, ObjectKey key, StoredObject object) {
        Matcher name = IN_THE_TRASH.matcher(key.value());
        if (!name.matches()) {
            throw new Violation("I1", by + " deleted " + key + ", which is neither a region's nor of the trash");
        }
        Instant decided = world.log()
                .partition(Topics.EVENTS, Integer.parseInt(name.group(1)))
                .at(Long.parseLong(name.group(2)))
                .happened();
        Duration passed = Duration.between(decided, world.scheduler().now());
        Duration least = world.settings().trashRetention().minus(tolerance);
        if (!clocksAreStepped && passed.compareTo(least) < 0) {
            throw new Violation(
                    "I3",
                    by + " purged " + key + " " + passed.toSeconds() + " s after its condemnation, trash_retention is "
                            + world.settings().trashRetention().toSeconds() + " s");
        }
    }
}
