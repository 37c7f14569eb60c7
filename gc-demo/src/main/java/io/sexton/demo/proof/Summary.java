package io.sexton.demo.proof;

import io.sexton.demo.database.QueryReport;
import io.sexton.v1.Disposition;
import io.sexton.v1.LockEvent;
import io.sexton.v1.LockMode;
import io.sexton.v1.LockRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The events of a run, in numbers. */
final class Summary {

    private record Line(String name, String value) {}

    private final List<Line> lines = new ArrayList<>();

    Summary(
            AuditLog log,
            Map<Deletion, Condemned> deletions,
            StoreObserver.Counts store,
            List<QueryReport> readers,
            Map<String, PinSpan> pins) {
        line("files written", store.written() + ", " + Text.bytes(store.writtenBytes()));
        line("files deleted", counted(deletions, Disposition.DELETE) + " reclaimed");
        line("files moved to the trash", counted(deletions, Disposition.TRASH));
        line("checkpoints archived", counted(deletions, Disposition.ARCHIVE));
        line("files live", store.present() + ", " + Text.bytes(store.presentBytes()));
        delays(deletions, readers, pins);
        readers(log, readers, pins);
        lockWaits(log);
    }

    /** Returns lines of two columns. */
    List<String> text() {
        return lines.stream()
                .map(line -> String.format("%-32s%s", line.name(), line.value()))
                .toList();
    }

    private static String counted(Map<Deletion, Condemned> deletions, Disposition disposition) {
        List<Deletion> counted = deletions.entrySet().stream()
                .filter(each -> each.getValue().disposition() == disposition)
                .map(Map.Entry::getKey)
                .toList();
        return counted.size() + ", "
                + Text.bytes(counted.stream().mapToLong(Deletion::bytes).sum());
    }

    /** Computes the delays of deletions. A file is due once its linger has passed and no reader pins it. */
    private void delays(Map<Deletion, Condemned> deletions, List<QueryReport> readers, Map<String, PinSpan> pins) {
        List<Duration> delays = new ArrayList<>();
        List<Duration> holds = new ArrayList<>();
        deletions.forEach((deletion, file) -> {
            Instant lingered = file.since().plus(file.linger());
            Instant released = heldUntil(file, readers, pins);
            if (released.isAfter(lingered)) {
                holds.add(Duration.between(lingered, released));
            }
            Instant due = released.isAfter(lingered) ? released : lingered;
            delays.add(Duration.between(due, deletion.seenAt()));
        });
        line("from due to deleted", medianAndWorst(delays));
        line(
                "held past their linger by pins",
                holds.size() + " files" + (holds.isEmpty() ? "" : ": " + medianAndWorst(holds)));
    }

    private static Instant heldUntil(Condemned file, List<QueryReport> readers, Map<String, PinSpan> pins) {
        return readers.stream()
                .filter(reader -> reader.region().equals(file.name().region())
                        && reader.files().contains(file.name().path()))
                .flatMap(reader -> Optional.ofNullable(pins.get(reader.readerId())).stream())
                .map(PinSpan::end)
                .max(Instant::compareTo)
                .orElse(Instant.MIN);
    }

    private void readers(AuditLog log, List<QueryReport> readers, Map<String, PinSpan> pins) {
        long accepted = log.notices().stream()
                .filter(notice -> notice.value().getPinVerdict().getAccepted())
                .count();
        long refused = log.notices().stream()
                .filter(notice -> notice.value().hasPinVerdict()
                        && !notice.value().getPinVerdict().getAccepted())
                .count();
        long silent = readers.stream()
                .flatMap(reader -> Optional.ofNullable(pins.get(reader.readerId())).stream())
                .filter(PinSpan::isSilent)
                .count();
        line("reader verdicts", accepted + " accepted, " + refused + " rejected and requested again");
        line("readers", readers.size() + ", of them died without a word: " + silent);
    }

    private void lockWaits(AuditLog log) {
        Map<List<Long>, Instant> requested = new HashMap<>();
        for (Logged<LockRequest> request : log.lockRequests()) {
            if (request.value().hasAcquire()) {
                requested.put(List.of((long) request.partition(), request.offset()), request.at());
            }
        }
        Map<LockMode, List<Duration>> waits = new HashMap<>();
        for (Logged<LockEvent> event : log.lockEvents()) {
            Instant since = requested.get(
                    List.of((long) event.partition(), event.value().getToken()));
            if (event.value().hasGranted() && since != null) {
                waits.computeIfAbsent(event.value().getGranted().getMode(), unseen -> new ArrayList<>())
                        .add(Duration.between(since, event.at()));
            }
        }
        waits.forEach((mode, durations) ->
                line("lock waits, " + mode, durations.size() + " grants: " + medianAndWorst(durations)));
    }

    private static String medianAndWorst(List<Duration> durations) {
        if (durations.isEmpty()) {
            return "none";
        }
        List<Duration> sorted = durations.stream().sorted().toList();
        return "median " + Text.seconds(sorted.get(sorted.size() / 2)) + ", worst "
                + Text.seconds(sorted.get(sorted.size() - 1));
    }

    private void line(String name, String value) {
        lines.add(new Line(name, value));
    }
}
