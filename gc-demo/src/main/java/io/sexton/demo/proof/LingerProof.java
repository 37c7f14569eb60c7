package io.sexton.demo.proof;

import io.sexton.fold.core.LogClock;
import io.sexton.proto.FilePath;
import io.sexton.proto.Times;
import io.sexton.v1.FileRef;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.Reason;
import io.sexton.v1.RegionEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * I3: nothing was deleted before its linger had passed, nor without a command.
 *
 * <p>Checked in three ways. By the commands alone. By the event that each command names as its evidence: it must
 * support the reason for that file, and the broker must have stamped it at or before {@code since}. By the observation
 * of the store: a file may disappear only after its command was logged, and after the linger had passed since the
 * broker stamped the evidence.
 *
 * <p>A state that a tick ended counts by the clock of the log, which may be behind all others and then catches up
 * (design, section 4). For that, the clock is recomputed from the ticks, and true time may be less only by as much as
 * the clock can have skipped.
 */
final class LingerProof {

    /** A place on gc.events. */
    private record Place(int partition, long offset) {}

    private final AuditLog log;
    private final Condemnations condemnations;
    private final List<Deletion> deletions;
    private final Conditions conditions;
    private final Map<Place, Logged<RegionEvent>> events = new HashMap<>();
    /** The clock of each partition after each tick that agreed, by the tick's offset. */
    private final Map<Integer, NavigableMap<Long, Instant>> clocks = new HashMap<>();

    private final List<String> violations = new ArrayList<>();

    LingerProof(AuditLog log, Condemnations condemnations, List<Deletion> deletions, Conditions conditions) {
        this.log = log;
        this.condemnations = condemnations;
        this.deletions = deletions;
        this.conditions = conditions;
        log.events().forEach(event -> events.put(new Place(event.partition(), event.offset()), event));
        log.events().stream()
                .collect(Collectors.groupingBy(Logged::partition))
                .forEach((partition, all) -> clocks.put(partition, clocks(all)));
    }

    private static NavigableMap<Long, Instant> clocks(List<Logged<RegionEvent>> partition) {
        NavigableMap<Long, Instant> clocks = new TreeMap<>();
        LogClock clock = LogClock.UNSET;
        for (Logged<RegionEvent> event : partition) {
            if (event.value().hasTick()) {
                LogClock.Step step =
                        clock.tick(LogClock.Reading.of(event.at(), event.value().getTick()));
                clock = step.clock();
                if (step.agreed() && clock.time() != null) {
                    clocks.put(event.offset(), clock.time());
                }
            }
        }
        return clocks;
    }

    Verdict check() {
        condemnations.all().forEach(this::checkCommand);
        Map<Deletion, Condemned> commands = condemnations.commandsOf(deletions);
        deletions.forEach(deletion -> checkDeletion(deletion, Optional.ofNullable(commands.get(deletion))));
        if (deletions.isEmpty()) {
            violations.add("nothing was deleted at all, which proves nothing");
        }
        return new Verdict(
                "nothing was deleted before its linger had passed, nor without a command",
                condemnations.all().size() + " condemned files and their evidence in the log, " + deletions.size()
                        + " deletions seen in the store",
                violations);
    }

    private void checkCommand(Condemned file) {
        if (file.since().plus(file.linger()).isAfter(file.decidedAt())) {
            violations.add(
                    file + " was decided at " + file.decidedAt() + ", before " + file.since() + " + " + file.linger());
        }
        if (file.decidedAt().isAfter(file.loggedAt())) {
            violations.add(file + " was decided at " + file.decidedAt() + " by a clock that was ahead of the broker's, "
                    + file.loggedAt());
        }
        Optional<Logged<RegionEvent>> evidence = evidence(file).filter(event -> isEvidence(event.value(), file));
        if (evidence.isEmpty()) {
            violations.add(file + " has no evidence at offset " + file.evidenceOffset());
        } else if (begin(evidence.get(), file).isAfter(file.since())) {
            violations.add(file + " counts since " + file.since() + ", but it is so only since "
                    + begin(evidence.get(), file));
        }
    }

    /**
     * Returns the beginning of the linger: by the broker's stamp; for a compaction that a tick found dead, by the log's
     * clock; for a file that expires, by the time that the store has reported of it.
     */
    private Instant begin(Logged<RegionEvent> evidence, Condemned file) {
        if (file.reason() == Reason.EXPIRED) {
            return evidence.value().getInventory().getFilesList().stream()
                    .filter(named -> isAt(named, file.name().path()))
                    .map(named -> Times.of(named.getModifiedAt()))
                    .findFirst()
                    .orElse(Instant.MAX);
        }
        return evidence.value().hasTick() ? ended(evidence, file) : evidence.at();
    }

    /** Returns the earliest end of a file's compaction by a tick: its time-out counts from the tick after its start. */
    private Instant ended(Logged<RegionEvent> tick, Condemned file) {
        NavigableMap<Long, Instant> clock = clocks.getOrDefault(tick.partition(), Collections.emptyNavigableMap());
        Instant now = clock.get(tick.offset());
        if (now == null) {
            return Instant.MAX;
        }
        return starts(tick, file)
                .map(event -> clock.tailMap(event.offset(), false)
                        .values()
                        .iterator()
                        .next()
                        .plus(timeout(event)))
                .max(Instant::compareTo)
                .map(timedOut -> Times.later(now, timedOut))
                .orElse(Instant.MAX);
    }

    /**
     * Returns the earliest true time of that end: by the brokers' stamps, which do not depend on the clock that
     * decided.
     */
    private Instant endedAtTheEarliest(Logged<RegionEvent> tick, Condemned file) {
        return starts(tick, file)
                .map(event -> event.at().plus(LogClock.leastTrueTime(timeout(event))))
                .reduce(tick.at(), Times::later)
                .minus(conditions.brokersAhead());
    }

    /** Returns all starts and restarts of a file's compaction before a tick. */
    private Stream<Logged<RegionEvent>> starts(Logged<RegionEvent> tick, Condemned file) {
        return log.events().stream()
                .filter(event -> event.partition() == tick.partition()
                        && event.offset() < tick.offset()
                        && event.value().getRegion().equals(file.name().region())
                        && event.value()
                                .getCompactionStarted()
                                .getTempFilesList()
                                .contains(file.name().path().value()));
    }

    private static Duration timeout(Logged<RegionEvent> started) {
        return Times.of(started.value().getCompactionStarted().getTimeout());
    }

    private Optional<Logged<RegionEvent>> evidence(Condemned file) {
        return Optional.ofNullable(events.get(new Place(file.partition(), file.evidenceOffset())));
    }

    /** Returns true if the event is evidence for the reason of the file's condemnation. */
    private static boolean isEvidence(RegionEvent event, Condemned file) {
        FilePath path = file.name().path();
        boolean region = event.hasTick() || event.getRegion().equals(file.name().region());
        return region
                && switch (event.getEventCase()) {
                    case MANIFEST_EDIT -> removes(event.getManifestEdit(), path) && file.reason() == Reason.OBSOLETE;
                    case COMPACTION_COMPLETED ->
                        removes(event.getCompactionCompleted().getEdit(), path)
                                ? file.reason() == Reason.OBSOLETE
                                : file.reason() == Reason.TEMPORARY;
                    // The last chunk takes away what none of them has named.
                    case MANIFEST_SNAPSHOT ->
                        file.reason() == Reason.OBSOLETE
                                && event.getManifestSnapshot().getLast()
                                && event.getManifestSnapshot().getFilesList().stream()
                                        .noneMatch(named -> isAt(named, path));
                    case FILE_WRITTEN ->
                        file.reason() == Reason.ORPHAN
                                && isAt(event.getFileWritten().getFile(), path);
                    case INVENTORY ->
                        file.reason() == Reason.EXPIRED
                                && event.getInventory().getFilesList().stream().anyMatch(named -> isAt(named, path));
                    case WRITE_FAILED ->
                        file.reason() == Reason.WRITE_ABORTED
                                && event.getWriteFailed().getPathsList().contains(path.value());
                    // A compaction died of its time-out at that tick, or with the epoch that ended there, or was given
                    // up.
                    case TICK, REGION_OPENED, COMPACTION_FAILED -> file.reason() == Reason.TEMPORARY;
                    case REGION_DROPPED,
                            REGION_RESTORED,
                            COMPACTION_STARTED,
                            QUERY_HEARTBEAT,
                            QUERY_FINISHED,
                            REFERENCE_EDIT,
                            DELETION_REPORT,
                            DELETER_FENCE,
                            HOLD,
                            APPROVAL,
                            RETRY,
                            EXPEDITE,
                            POLICY_SET,
                            EVENT_NOT_SET -> false;
                };
    }

    private static boolean removes(ManifestEdit edit, FilePath path) {
        return edit.getRemovedList().contains(path.value());
    }

    private static boolean isAt(FileRef file, FilePath path) {
        return file.getPath().equals(path.value());
    }

    private void checkDeletion(Deletion deletion, Optional<Condemned> command) {
        if (command.isEmpty()) {
            violations.add(deletion + " went at " + deletion.seenAt() + " without any command");
            return;
        }
        Condemned condemned = command.get();
        if (deletion.seenAt().isBefore(condemned.loggedAt().minus(conditions.brokersAhead()))) {
            violations.add(condemned + " went by " + deletion.seenAt() + ", but its command was logged only at "
                    + condemned.loggedAt());
        }
        evidence(condemned).ifPresent(event -> {
            boolean ticked = event.value().hasTick();
            Instant begin = ticked ? endedAtTheEarliest(event, condemned) : begin(event, condemned);
            Duration linger = ticked ? LogClock.leastTrueTime(condemned.linger()) : condemned.linger();
            if (deletion.seenAt().isBefore(begin.plus(linger))) {
                violations.add(
                        condemned + " went by " + deletion.seenAt() + ", less than " + linger + " after " + begin);
            }
        });
    }
}
