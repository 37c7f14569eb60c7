package io.sexton.simulation.database;

import io.sexton.proto.Times;
import io.sexton.testkit.SeededRandom;
import io.sexton.v1.FileRef;
import java.time.Duration;
import java.time.Instant;

/**
 * A writer of one file in a region without a manifest. It publishes the age of its data, or leaves the file to the
 * scanner.
 */
public final class Checkpoint {
    private static final int MOST_BYTES = 1000;

    private Checkpoint() {}

    /** Starts the write; the rest runs as scheduled events. */
    public static void begin(Leader leader, SeededRandom random) {
        leader.world().coverage().met("operation: checkpoint");
        String path = leader.database().newPath();
        if (say(leader, FileRef.newBuilder().setPath(path))) {
            leader.process()
                    .later(random.between(Duration.ZERO, Duration.ofSeconds(20)), () -> write(leader, path, random));
        }
    }

    private static void write(Leader leader, String path, SeededRandom random) {
        Database database = leader.database();
        Instant written = leader.world()
                .store()
                .write(database.root(), path, random.below(MOST_BYTES))
                .modifiedAt();
        boolean isOlder = random.oneIn(3);
        Instant dataUntil = isOlder ? written.minus(random.between(Duration.ZERO, Duration.ofHours(1))) : written;
        database.truth().keep(path, dataUntil);
        leader.world().trace(leader.process().name(), () -> "writes " + path + " of " + dataUntil);
        if (random.oneIn(2)) {
            leader.process().later(random.between(Duration.ZERO, Duration.ofMinutes(10)), () -> {
                FileRef.Builder file = leader.describe(path).toBuilder();
                say(leader, isOlder ? file.setDataUntil(Times.toProto(dataUntil)) : file);
            });
        }
    }

    private static boolean say(Leader leader, FileRef.Builder file) {
        return leader.isReady()
                && leader.await(() -> leader.writer().fileWritten(file.build())).isPresent();
    }
}
