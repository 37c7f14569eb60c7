package io.sexton.simulation.database;

import io.sexton.client.WrittenFile;
import io.sexton.client.pins.PinOptions;
import io.sexton.client.pins.PinTarget;
import io.sexton.client.pins.ReaderPin;
import io.sexton.proto.FilePath;
import io.sexton.proto.Times;
import io.sexton.testkit.SeededRandom;
import io.sexton.v1.FileRef;
import io.sexton.v1.ManifestEdit;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/** A write and commit of one file by a leader that keeps the contract of producers (design, section 3a). */
public final class Flush {
    private static final Duration PIN_TTL = Duration.ofMinutes(2);
    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final int MOST_BYTES = 1000;
    /**
     * Much shorter than the obsolete linger. A path that is overwritten too early for its new object to be
     * distinguished from the old one is committed before the old one is due.
     */
    private static final Duration RASH_DELAY = Duration.ofMinutes(3);

    /** The course of a flush. */
    public enum Course {
        /** It is committed. */
        GOOD,
        /** Between writing and committing lies longer than half the orphan linger. */
        SLOW,
        /** Aborted, and the abort is published. */
        FAILS,
        /** It is given up without a word. */
        FORGOTTEN,
        /** It takes a path that an earlier file had. */
        REUSES_A_PATH,
        /**
         * Overwrites the object of an earlier file without an event: only the deleter's check of the object protects
         * the new one.
         */
        REUSES_A_PATH_RASHLY,
        /** It makes a file live again that is obsolete. */
        REVIVES
    }

    private final Leader leader;
    private final Database database;
    private final Course course;
    private final SeededRandom random;
    private String path = "";

    private Flush(Leader leader, Course course, SeededRandom random) {
        this.leader = leader;
        this.database = leader.database();
        this.course = course;
        this.random = random;
    }

    /** Starts the flush; the rest runs as scheduled events. */
    public static void begin(Leader leader, Course course, SeededRandom random) {
        new Flush(leader, course, random).begin();
    }

    /** Writes over what is not in the manifest, at once. */
    static void overwrite(Leader leader, String path) {
        SeededRandom random = leader.random();
        new Flush(leader, Course.REUSES_A_PATH_RASHLY, random).overwrite(path);
    }

    /** Takes a file into the manifest that once was in it, and is in storage again. */
    static void revive(Leader leader, String path, SeededRandom random) {
        Database database = leader.database();
        boolean wasLive = database.truth().notLiveSince(path).isPresent();
        if (wasLive && database.kind() != DatabaseKind.RETENTION_ONLY) {
            leader.world().coverage().met("operation: revive what was restored");
            new Flush(leader, Course.REVIVES, random).pinThenCommit(path);
        }
    }

    private void begin() {
        if (database.kind() == DatabaseKind.RETENTION_ONLY) {
            Checkpoint.begin(leader, random);
            return;
        }
        leader.world().coverage().met("operation: flush " + course);
        switch (course) {
            case REVIVES -> anyOf(candidates(true)).ifPresent(this::pinThenCommit);
            case REUSES_A_PATH -> anyOf(candidates(false)).ifPresent(this::announce);
            case REUSES_A_PATH_RASHLY -> longestNotLive(candidates(true)).ifPresent(this::overwriteAndCommitLater);
            case GOOD, SLOW, FAILS, FORGOTTEN -> announce(database.newPath());
        }
    }

    /** Returns the paths of earlier files that exist in storage, or those that do not. */
    private List<String> candidates(boolean inStorage) {
        return LongStream.rangeClosed(1, database.paths())
                .mapToObj(number -> "f" + number)
                .filter(each -> !database.truth().manifest().contains(each))
                .filter(each -> database.truth().notLiveSince(each).isPresent())
                .filter(each ->
                        leader.world().store().find(database.root(), each).isPresent() == inStorage)
                .toList();
    }

    private Optional<String> anyOf(List<String> paths) {
        return paths.isEmpty() ? Optional.empty() : Optional.of(random.any(paths));
    }

    /** Returns the path that is deleted first, if it is not being deleted already. */
    private Optional<String> longestNotLive(List<String> paths) {
        return paths.stream()
                .min(Comparator.comparing(
                        path -> database.truth().notLiveSince(path).orElse(Instant.MAX)));
    }

    private void announce(String target) {
        path = target;
        // A lower bound: the log's time is later, and the acknowledgement may arrive much later still.
        Instant announcedAt = leader.world().scheduler().now();
        Optional<WrittenFile> announced = leader.await(() ->
                leader.writer().fileWritten(FileRef.newBuilder().setPath(path).build()));
        announced.ifPresent(written -> {
            database.truth().announce(path, announcedAt);
            if (course == Course.REUSES_A_PATH) {
                pin(this::writeThenCommit);
            } else {
                leader.process().later(random.between(Duration.ZERO, Duration.ofSeconds(20)), () -> write(written));
            }
        });
    }

    private void overwrite(String target) {
        writeOver(target);
        commit(() -> {});
    }

    /** Overwrites the file and commits it later. Until the commit no revoke can be emitted. */
    private void overwriteAndCommitLater(String target) {
        writeOver(target);
        leader.process().later(random.between(Duration.ZERO, RASH_DELAY), () -> commit(() -> {}));
    }

    private void writeOver(String target) {
        path = target;
        database.truth().breakContract(path, leader.world().scheduler().now());
        put();
    }

    private void write(WrittenFile written) {
        put();
        Duration wait = course == Course.SLOW
                ? Times.of(leader.world().settings().policy().getOrphanLinger())
                        .multipliedBy(4 + random.below(9))
                        .dividedBy(8)
                : random.between(Duration.ofSeconds(1), Duration.ofMinutes(3));
        leader.process().later(wait, () -> finish(written));
    }

    private void put() {
        leader.write(path, 1 + random.below(MOST_BYTES));
        leader.world().trace(leader.process().name(), () -> "writes " + path);
    }

    private void finish(WrittenFile written) {
        switch (course) {
            case FAILS -> writeFailed();
            case FORGOTTEN -> {}
            case GOOD, SLOW, REUSES_A_PATH, REUSES_A_PATH_RASHLY, REVIVES -> {
                if (written.mayCommitUnpinned()) {
                    commit(() -> {});
                } else {
                    leader.world().coverage().met("operation: flush pins before it commits");
                    pinThenCommit(path);
                }
            }
        }
    }

    private void writeFailed() {
        if (leader.isReady()) {
            var unused = leader.writer().writeFailedAsync(List.of(FilePath.of(path)), "gave up");
        }
    }

    private void pinThenCommit(String target) {
        path = target;
        pin(pin -> commitUnder(pin));
    }

    private void writeThenCommit(ReaderPin pin) {
        leader.process().later(random.between(Duration.ofSeconds(1), Duration.ofSeconds(60)), () -> {
            if (pin.isSure()) {
                put();
                commitUnder(pin);
            } else {
                pin.close();
            }
        });
    }

    private void commitUnder(ReaderPin pin) {
        boolean exists = leader.world().store().find(database.root(), path).isPresent();
        if (pin.isSure() && exists) {
            commit(pin::close);
        } else {
            pin.close();
        }
    }

    /** Pins the path for its writer. Once the pin is accepted, the path may become live (section 3a). */
    private void pin(Consumer<ReaderPin> then) {
        ReaderPin pin = leader.client()
                .pins()
                .request(
                        database.region(),
                        PinTarget.files(List.of(FilePath.of(path))),
                        PinOptions.ttl(PIN_TTL).forCommit());
        Polling.until(leader.process(), TIMEOUT, () -> pin.isSure() || pin.isLost(), () -> {
            if (pin.isSure()) {
                then.accept(pin);
            } else {
                leader.world().coverage().met("refusal: writer's pin");
                pin.close();
            }
        });
    }

    /** @param published runs once the edit is acknowledged */
    private void commit(Runnable published) {
        if (!leader.isReady() || database.truth().manifest().contains(path)) {
            published.run();
            return;
        }
        Optional<ManifestEdit> edit = leader.commit(List.of(path), List.of());
        if (edit.isEmpty()) {
            writeFailed();
            published.run();
            return;
        }
        var acknowledged = leader.writer().editAsync(edit.get());
        leader.watch(acknowledged);
        var unused = acknowledged.whenComplete((position, failure) -> {
            if (failure == null) {
                published.run();
            } else {
                leader.afterNextSnapshot(published);
            }
        });
    }
}
