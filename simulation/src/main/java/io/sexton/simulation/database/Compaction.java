package io.sexton.simulation.database;

import io.sexton.client.CompactionScope;
import io.sexton.proto.FilePath;
import io.sexton.testkit.SeededRandom;
import io.sexton.v1.ManifestEdit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Replaces some files of the manifest by others. */
public final class Compaction {
    private static final int MOST_INPUTS = 4;
    private static final int MOST_BYTES = 1000;

    /** The course of a compaction. */
    public enum Course {
        GOOD,
        /** It takes longer than its time-out, unless it is renewed. */
        SLOW,
        /** Slow, but restarted before its lease ends. */
        RENEWED,
        /** It fails for certain. */
        FAILS,
        /** Unknown whether it was committed; no event follows. */
        LOST
    }

    private final Leader leader;
    private final Database database;
    private final Course course;
    private final SeededRandom random;
    private final String id;
    private final List<String> inputs = new ArrayList<>();
    private final List<String> outputs = new ArrayList<>();
    private final Duration timeout;

    private Compaction(Leader leader, Course course, SeededRandom random) {
        this.leader = leader;
        this.database = leader.database();
        this.course = course;
        this.random = random;
        id = leader.process().name() + "-compaction-" + Long.toHexString(random.nextLong());
        timeout = random.between(Duration.ofMinutes(4), Duration.ofMinutes(20));
    }

    /** Starts the compaction; the rest runs as scheduled events. */
    public static void begin(Leader leader, Course course, SeededRandom random) {
        new Compaction(leader, course, random).begin();
    }

    private void begin() {
        if (database.kind() == DatabaseKind.RETENTION_ONLY) {
            return;
        }
        List<String> manifest = new ArrayList<>(database.truth().manifest());
        int count = 1 + random.below(MOST_INPUTS);
        while (inputs.size() < count && !manifest.isEmpty()) {
            inputs.add(manifest.remove(random.below(manifest.size())));
        }
        for (int i = random.below(2); i >= 0; i--) {
            outputs.add(database.newPath());
        }
        leader.world().coverage().met("operation: compaction " + course);
        Optional<CompactionScope> started = leader.await(() -> leader.writer()
                .startCompaction(id, outputs.stream().map(FilePath::of).toList(), timeout));
        started.ifPresent(this::write);
    }

    private void write(CompactionScope scope) {
        leader.world().trace(leader.process().name(), () -> "compacts " + inputs + " to " + outputs);
        leader.process().later(random.between(Duration.ZERO, Duration.ofMinutes(1)), () -> {
            if (scope.mayCommit()) {
                outputs.forEach(path -> leader.write(path, 1 + random.below(MOST_BYTES)));
            }
            leader.process().later(duration(), () -> continueWith(scope));
        });
    }

    private Duration duration() {
        return switch (course) {
            case GOOD, FAILS, LOST -> random.between(Duration.ofSeconds(10), timeout.dividedBy(2));
            case SLOW -> random.between(timeout.dividedBy(2), timeout.multipliedBy(2));
            case RENEWED -> timeout.dividedBy(2);
        };
    }

    private void continueWith(CompactionScope scope) {
        if (course != Course.RENEWED) {
            finish(scope);
            return;
        }
        boolean renewed = leader.await(() -> {
                    scope.renew();
                    return true;
                })
                .isPresent();
        if (renewed) {
            leader.process().later(timeout.dividedBy(2), () -> finish(scope));
        }
    }

    private void finish(CompactionScope scope) {
        if (!leader.isReady()) {
            scope.close();
            return;
        }
        boolean written = outputs.stream()
                .allMatch(path ->
                        leader.world().store().find(database.root(), path).isPresent());
        if (course == Course.FAILS || !written || !scope.mayCommit()) {
            fail(scope);
            return;
        }
        if (course == Course.LOST && random.oneIn(2)) {
            scope.close();
            return;
        }
        Optional<ManifestEdit> edit = leader.commit(outputs, inputs);
        if (edit.isEmpty()) {
            fail(scope);
        } else if (course == Course.LOST) {
            scope.close();
            leader.reopenLater();
        } else {
            leader.watch(scope.completeAsync(edit.get()));
        }
    }

    private void fail(CompactionScope scope) {
        leader.world().coverage().met("operation: compaction given up");
        var unused = scope.failAsync(outputs.stream().map(FilePath::of).toList(), "gave up");
    }
}
