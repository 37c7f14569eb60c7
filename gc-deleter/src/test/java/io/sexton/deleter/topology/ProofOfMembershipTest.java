package io.sexton.deleter.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.deleter.core.CommandPosition;
import io.sexton.deleter.core.DeleterCore;
import io.sexton.deleter.core.DeleterSettings;
import io.sexton.deleter.core.Finished;
import io.sexton.deleter.core.Lease;
import io.sexton.proto.LogRecord;
import io.sexton.proto.RegionId;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.Disposition;
import io.sexton.v1.FileRef;
import io.sexton.v1.GcCommand;
import io.sexton.v1.Reason;
import io.sexton.v1.RegionEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A member may be expelled after a commit, so a commit proves nothing for a grant that comes after it has begun (I1). */
final class ProofOfMembershipTest {

    private final Map<RegionId, RegionLocking.Listener> locks = new HashMap<>();
    private final OneLog log = new OneLog();
    private final DeleterCore core = new DeleterCore(DeleterSettings.DEFAULTS, () -> "nonce");
    private final CommandReader reader = new CommandReader(
            log,
            new DeleterEngine(
                    "deleter",
                    core,
                    core,
                    new DeleterEngine.Ports(
                            (region, listener) -> {
                                locks.put(region, listener);
                                return () -> {};
                            },
                            (fence, onFailure) -> {},
                            (call, guard, done) -> {},
                            (store, root) -> {},
                            Runnable::run,
                            health -> {},
                            () -> Duration.ZERO),
                    Duration.ofSeconds(10)),
            new Silent(),
            new CommandReader.Membership(
                    "deleter",
                    "deleters",
                    Duration.ofMinutes(2),
                    500,
                    () -> Duration.ofHours(1),
                    failure -> Optional.empty()));

    @Test
    void doesNotServeAGrantThatComesWhileTheCommitIsUnderWay() {
        reader.join();
        log.records.add(command(0, "r1"));
        log.records.add(command(1, "r2"));
        reader.round();
        grant("r1");
        log.duringCommit = () -> grant("r2");
        reader.round();

        assertThat(log.commits).isEqualTo(1);
        assertThat(core.awaitsProof()).isTrue();
        log.duringCommit = () -> {};
        reader.round();

        assertThat(log.commits).isEqualTo(2);
        assertThat(core.awaitsProof()).isFalse();
    }

    /** Without them, the commands would be carried out again after a crash, and their files may be live by then (I1). */
    @Test
    void keepsTheCommandsThatAreSettledAboveTheCommittedOffset() {
        log.committed = CommandPosition.of(0, "settled-1:1,1");
        reader.join();
        log.records.add(command(0, "r1"));
        log.records.add(command(1, "r2"));
        reader.round();
        assertThat(locks).as("the command of r2 is settled").containsOnlyKeys(RegionId.of("r1"));

        grant("r1");
        reader.round();

        assertThat(log.lastCommit).containsExactly(Map.entry(0, log.committed));
    }

    private void grant(String region) {
        Optional.ofNullable(locks.get(RegionId.of(region))).orElseThrow().granted(new Endless());
    }

    private static LogRecord command(long offset, String region) {
        GcCommand command = GcCommand.newBuilder()
                .setDelete(DeleteCommand.newBuilder()
                        .setRegion(region)
                        .setCommandId("0-1-" + offset)
                        .setStore("main")
                        .setRoot(region)
                        .setDisposition(Disposition.DELETE)
                        .addFiles(CondemnedFile.newBuilder()
                                .setFile(FileRef.newBuilder().setPath("a"))
                                .setReason(Reason.REGION_GONE)))
                .build();
        return new LogRecord(0, offset, Instant.EPOCH, RegionId.of(region).toKey(), command.toByteArray());
    }

    private record Endless() implements Lease {
        @Override
        public long token() {
            return 1;
        }

        @Override
        public boolean outlasts(Duration length) {
            return true;
        }
    }

    private record Silent() implements ReaderListener {
        @Override
        public void reported(Finished.Report report) {}

        @Override
        public void unusable(LogRecord record, String problem) {
            throw new AssertionError(problem);
        }

        @Override
        public void retried(String message) {
            throw new AssertionError(message);
        }
    }

    /** One partition, which the first poll assigns. */
    private static final class OneLog implements CommandLog {
        private final List<LogRecord> records = new ArrayList<>();
        private Assignments listener = new CommandLog.Assignments() {
            @Override
            public void assigned(Set<Integer> partitions) {}

            @Override
            public void revoked(Set<Integer> partitions) {}

            @Override
            public void lost(Set<Integer> partitions) {}
        };
        private Set<Integer> assignment = Set.of();
        private Runnable duringCommit = () -> {};
        private int commits;
        private CommandPosition committed = CommandPosition.at(0);
        private Map<Integer, CommandPosition> lastCommit = Map.of();

        @Override
        public void join(Assignments assignments) {
            listener = assignments;
        }

        @Override
        public List<LogRecord> poll(Duration longest) {
            if (assignment.isEmpty()) {
                assignment = Set.of(0);
                listener.assigned(assignment);
            }
            List<LogRecord> next = List.copyOf(records);
            records.clear();
            return next;
        }

        @Override
        public Set<Integer> assignment() {
            return assignment;
        }

        @Override
        public Map<Integer, CommandPosition> committed(Set<Integer> partitions) {
            return Map.of(0, committed);
        }

        @Override
        public void commit(List<RegionEvent> events, Map<Integer, CommandPosition> positions) {
            commits++;
            lastCommit = positions;
            duringCommit.run();
        }

        @Override
        public void settle() {}

        @Override
        public void leave() {}

        @Override
        public void seek(int partition, long offset) {}

        @Override
        public void pause(int partition) {}

        @Override
        public void resume(int partition) {}

        @Override
        public void probe() {}

        @Override
        public void wakeup() {}

        @Override
        public void close() {}
    }
}
