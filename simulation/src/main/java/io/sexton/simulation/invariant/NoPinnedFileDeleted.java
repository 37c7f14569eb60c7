package io.sexton.simulation.invariant;

import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.simulation.World;
import io.sexton.simulation.database.Database;
import io.sexton.simulation.database.Reader;
import io.sexton.simulation.log.SimulatedLog;
import io.sexton.simulation.storage.StoredObject;

/** I2. A reader whose pin is valid by its own clock, and a branch whose references were accepted, lose no file. */
final class NoPinnedFileDeleted implements Invariant {
    private final World world;

    NoPinnedFileDeleted(World world) {
        this.world = world;
    }

    @Override
    public void deleted(String deleter, RegionId region, StoredObject object) {
        String path = object.path();
        Database database = world.database(region);
        if (database.truth().referenced().contains(path)) {
            throw new Violation("I2", deleter + " deleted " + region + " " + path + ", which a branch relies on");
        }
    }

    @Override
    public void check() {
        for (Database database : world.databases()) {
            database.readers().removeIf(Reader::isOver);
            for (Reader reader : database.readers()) {
                if (reader.isSure()) {
                    checkFilesOf(reader, database);
                }
            }
        }
    }

    private void checkFilesOf(Reader reader, Database database) {
        for (String path : reader.files()) {
            if (world.store().find(database.root(), path).isEmpty()
                    && !database.truth().lost().contains(path)
                    && !(reader.isByVersion()
                            ? isTakenAway(database, path)
                            : isAnnouncedAnew(reader, database, path))) {
                throw new Violation(
                        "I2",
                        reader.name() + " is sure of its pin, but " + database.region() + " " + path + " is gone");
            }
        }
    }

    /**
     * Returns true if a wrong snapshot removed it from each later version, and the region was dropped before a correct
     * one named it.
     */
    private static boolean isTakenAway(Database database, String path) {
        return database.isMisread()
                && database.truth().isDropped()
                && database.truth().isMisread(path);
    }

    /**
     * Returns true if the path was announced again. A pin by file list that lapsed and was accepted again holds the
     * path, not the earlier file. While the first pin was valid no path of it could be announced again, because an
     * announcement needs a file that is gone, and {@link #check} runs at each step.
     */
    private boolean isAnnouncedAnew(Reader reader, Database database, String path) {
        SimulatedLog.Partition log = world.log().partition(Topics.EVENTS, world.partitionOf(database.region()));
        for (long offset = log.end() - 1; offset >= 0; offset--) {
            SimulatedLog.Entry entry = log.at(offset);
            if (entry.happened().isBefore(reader.began())) {
                return false;
            }
            if (LoggedEvent.read(entry)
                    .filter(event -> LoggedEvent.announces(event, database.region(), path))
                    .isPresent()) {
                return true;
            }
        }
        return false;
    }
}
