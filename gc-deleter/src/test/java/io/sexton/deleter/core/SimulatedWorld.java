package io.sexton.deleter.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.proto.RegionId;
import io.sexton.proto.Times;
import io.sexton.testkit.SeededRandom;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.DeletionReport;
import io.sexton.v1.Disposition;
import io.sexton.v1.FencePassed;
import io.sexton.v1.FileOutcome;
import io.sexton.v1.FileRef;
import io.sexton.v1.GcCommand;
import io.sexton.v1.Outcome;
import io.sexton.v1.Reason;
import io.sexton.v1.RevokeCommand;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything around two deleters in one thread: the command log, a fold that lags, locks, storage, owners of exclusive
 * locks who bring condemned files back to life. Checks the invariants as it goes.
 */
final class SimulatedWorld {

    static final int PARTITIONS = 2;
    static final int REGIONS = 5;

    /** A record of the command log; without a command it is garbage. */
    record LogRecord(RegionId key, @Nullable GcCommand command) {}

    /** Something that the fold has yet to answer. */
    sealed interface Event {
        record Fence(RegionId region, String nonce) implements Event {}

        record Readded(RegionId region, String path) implements Event {}
    }

    /** What is true of a file, whatever the deleters believe. */
    static final class FileFacts {
        final int partition;
        final long commandOffset;
        boolean exists = true;
        boolean liveUnderLock;

        FileFacts(int partition, long commandOffset) {
            this.partition = partition;
            this.commandOffset = commandOffset;
        }
    }

    final SeededRandom random;
    final SimulatedLocks locks = new SimulatedLocks();
    final List<List<LogRecord>> log = new ArrayList<>();
    final CommandPosition[] committed = new CommandPosition[PARTITIONS];
    final Map<String, FileFacts> files = new HashMap<>();
    final Map<String, DeletionReport> reports = new HashMap<>();
    final Set<RegionId> callsUnderWay = new HashSet<>();
    final Set<String> revoked = new HashSet<>();
    Duration now = Duration.ofHours(1);
    int commands;
    boolean reportedAhead;
    private final List<Deque<Event>> toFold = new ArrayList<>();
    private final Map<RegionId, SimulatedLocks.Request> exclusives = new HashMap<>();
    private int lastFile;
    private int lastNonce;

    SimulatedWorld(SeededRandom random) {
        this.random = random;
        for (int p = 0; p < PARTITIONS; p++) {
            log.add(new ArrayList<>());
            committed[p] = CommandPosition.at(0);
            toFold.add(new ArrayDeque<>());
        }
    }

    static int partitionOf(RegionId region) {
        return Integer.parseInt(region.value().substring(1)) % PARTITIONS;
    }

    RegionId anyRegion() {
        return RegionId.of("r" + random.nextInt(REGIONS));
    }

    String freshNonce() {
        return "nonce-" + ++lastNonce;
    }

    void condemn() {
        RegionId region = anyRegion();
        int partition = partitionOf(region);
        long offset = log.get(partition).size();
        DeleteCommand.Builder command = DeleteCommand.newBuilder()
                .setRegion(region.value())
                .setCommandId("c" + ++commands)
                .setStore(random.nextInt(4) == 0 ? "t" : "s")
                .setRoot(region.value())
                .setDisposition(Disposition.DELETE)
                .setDecidedAt(Times.toProto(logTime()));
        for (int i = random.nextInt(5); i >= 0; i--) {
            String path = (random.nextBoolean() ? "a/" : "b/") + ++lastFile;
            files.put(region + ":" + path, new FileFacts(partition, offset));
            command.addFiles(CondemnedFile.newBuilder()
                    .setFile(FileRef.newBuilder().setPath(path))
                    .setReason(Reason.REGION_GONE));
        }
        append(region, GcCommand.newBuilder().setDelete(command).build());
    }

    /** A file comes to life: some after an exclusive lock was held, the others as late as it can happen. */
    private void readd(RegionId region, boolean underLock) {
        List<String> candidates = files.entrySet().stream()
                .filter(each -> each.getKey().startsWith(region + ":") && each.getValue().exists)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        if (!candidates.isEmpty()) {
            String file = candidates.get(random.nextInt(candidates.size()));
            FileFacts facts = facts(file);
            // A file whose report is out is not condemned any more, and a report of failure may be re-emitted.
            facts.liveUnderLock |= underLock;
            toFold.get(partitionOf(region)).add(new Event.Readded(region, file.substring(file.indexOf(':') + 1)));
        }
    }

    FileFacts facts(String file) {
        FileFacts facts = files.get(file);
        if (facts == null) {
            throw new IllegalStateException("no such file in this world: " + file);
        }
        return facts;
    }

    void readdWithoutLock() {
        readd(anyRegion(), false);
    }

    void askForExclusive() {
        RegionId region = anyRegion();
        if (!exclusives.containsKey(region)) {
            exclusives.put(region, locks.ask(region, "migration", true, now));
        }
    }

    void useExclusives() {
        exclusives.entrySet().removeIf(each -> {
            if (locks.holder(each.getKey()) != each.getValue()) {
                return false;
            }
            assertThat(callsUnderWay)
                    .as("no call beside an exclusive holder (I4)")
                    .doesNotContain(each.getKey());
            readd(each.getKey(), true);
            locks.release(each.getKey(), each.getValue(), now);
            return true;
        });
    }

    void garbage() {
        append(anyRegion(), null);
    }

    void publishFence(RegionId region, String nonce) {
        toFold.get(partitionOf(region)).add(new Event.Fence(region, nonce));
    }

    void fold(int partition) {
        Event event = toFold.get(partition).poll();
        switch (event) {
            case null -> {}
            case Event.Fence fence ->
                append(
                        fence.region(),
                        GcCommand.newBuilder()
                                .setFencePassed(FencePassed.newBuilder()
                                        .setRegion(fence.region().value())
                                        .setNonce(fence.nonce()))
                                .build());
            case Event.Readded readded -> {
                RevokeCommand.Builder revoke =
                        RevokeCommand.newBuilder().setRegion(readded.region().value());
                if (random.nextInt(4) == 0) {
                    revoke.setPathPrefix(readded.path().substring(0, random.nextInt(3)));
                } else {
                    revoke.addPaths(readded.path());
                }
                append(
                        readded.region(),
                        GcCommand.newBuilder().setRevoke(revoke).build());
            }
        }
    }

    /** The clock of the log. */
    Instant logTime() {
        return Instant.EPOCH.plus(now);
    }

    private void append(RegionId region, @Nullable GcCommand command) {
        log.get(partitionOf(region)).add(new LogRecord(region, command));
    }

    boolean isFolded() {
        return toFold.stream().allMatch(Deque::isEmpty);
    }

    /** A transaction: these reports and this position. */
    void commit(int partition, Finished finished) {
        CommandPosition before = committed[partition];
        CommandPosition after = finished.position();
        assertThat(after.nextOffset()).isGreaterThanOrEqualTo(before.nextOffset());
        for (Finished.Report report : finished.reports()) {
            assertThat(reports.put(report.report().getCommandId(), report.report()))
                    .as("reported once")
                    .isNull();
            report.report().getOutcomesList().forEach(outcome -> checkOutcome(report.region(), outcome));
        }
        for (long offset = 0; offset < log.get(partition).size(); offset++) {
            boolean isSettled = offset < after.nextOffset() || after.settled().contains(offset);
            if (isCommand(partition, offset)) {
                assertThat(isSettled)
                        .as("exactly the reported commands are not carried out again (I1): offset %s", offset)
                        .isEqualTo(isReported(partition, offset));
            }
        }
        committed[partition] = CommandPosition.of(after.nextOffset(), after.metadata());
        assertThat(committed[partition]).isEqualTo(after);
        reportedAhead |= !after.settled().equals(SettledOffsets.NONE);
    }

    private boolean isCommand(int partition, long offset) {
        GcCommand command = log.get(partition).get((int) offset).command();
        return command != null && command.hasDelete();
    }

    /** Returns whether the command at the offset is reported. */
    boolean isReported(int partition, long offset) {
        GcCommand command = log.get(partition).get((int) offset).command();
        return command != null && reports.containsKey(command.getDelete().getCommandId());
    }

    private void checkOutcome(RegionId region, FileOutcome outcome) {
        FileFacts facts = facts(region + ":" + outcome.getPath());
        if (outcome.getOutcome() == Outcome.DELETED || outcome.getOutcome() == Outcome.ALREADY_ABSENT) {
            assertThat(facts.exists).as("%s is gone", outcome.getPath()).isFalse();
        } else if (outcome.getOutcome() == Outcome.REVOKED) {
            assertThat(facts.exists).as("%s is there", outcome.getPath()).isTrue();
        }
    }
}
