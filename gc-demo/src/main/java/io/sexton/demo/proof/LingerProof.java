package io.sexton.demo.proof;

import io.sexton.fold.core.LogClock;
import io.sexton.fold.core.Times;
import io.sexton.proto.FilePath;
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
 * <p>Checked three ways. By the commands' own word. By the event that each command names as its evidence: it must say
 * of that file what the reason says, and the broker must have stamped it at or before {@code since}. By what was seen
 * of the store: a file may go only after its command was logged, and after the linger had passed since the broker
 * stamped the evidence.
 *
 * <p>What a tick has ended counts by the clock of the log, which may be behind all others and then makes up for it
 * (design, section 4): of that, the clock is worked out again from the ticks, and true time is held to what the clock
 * can have skipped at most.
 */
final class LingerProof {

    /** A place on gc.events. */
    private record Place(int partition, long offset) {}

    private final AuditLog log;
    private final Condemnations condemnations;
    private final List<Deletion> deletions;
    private final Conditions conditions;
    private final Map<Place, Logged<RegionEvent>> events = new HashMap<>();
    /** What the clock of each partition said after each tick that agreed, by the tick's offset. */
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
        Optional<Logged<RegionEvent>> evidence = evidence(file).filter(event -> says(event.value(), file));
        if (evidence.isEmpty()) {
            violations.add(file + " has no evidence at offset " + file.evidenceOffset());
        } else if (begin(evidence.get(), file).isAfter(file.since())) {
            violations.add(file + " counts since " + file.since() + ", but it is so only since "
                    + begin(evidence.get(), file));
        }
    }

    /**
     * Since when it may count: by the broker's stamp; for a compaction that a tick found dead, by the log's clock; what
     * goes by age, by the time that the store has told of it.
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

    /** When a tick may have ended the compaction that a file was of: its time-out counts from the tick after its start. */
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

    /** The earliest true time of that end: by the brokers' stamps, which owe nothing to the clock that decided. */
    private Instant endedAtTheEarliest(Logged<RegionEvent> tick, Condemned file) {
        return starts(tick, file)
                .map(event -> event.at().plus(LogClock.leastTrueTime(timeout(event))))
                .reduce(tick.at(), Times::later)
                .minus(conditions.brokersAhead());
    }

    /** Each time that the compaction of a file was started, or started again, before a tick. */
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

    /** Whether an event makes of a file what the reason of its condemnation says. */
    private static boolean says(RegionEvent event, Condemned file) {
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
                    default -> false;
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
