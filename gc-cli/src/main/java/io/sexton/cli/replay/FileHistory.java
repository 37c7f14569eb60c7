package io.sexton.cli.replay;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.sexton.fold.core.Output;
import io.sexton.proto.FilePath;
import io.sexton.proto.LogRecord;
import io.sexton.proto.RegionId;
import io.sexton.streams.query.Explanation;
import io.sexton.v1.GcCommand;
import io.sexton.v1.Notice;
import io.sexton.v1.PolicySet;
import io.sexton.v1.RegionEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The history of one file during a replay: each record that changes something about it. Not thread safe. */
final class FileHistory {

    /** A consumer of a file's history, in the order of the log. */
    interface Printer {
        void change(Change change) throws IOException;

        /** @param now the file's explanation at the end of the partition, whose last record is {@code last} */
        void end(LogRecord last, Explanation now) throws IOException;
    }

    /**
     * One record that changed something.
     *
     * @param event the record's kind, as in the JSON of the schema; "unreadable" if it is no event
     * @param producer of the event; may be empty
     * @param after the file's explanation then
     * @param changed true if its state, or what explains it, differs from before
     * @param began what keeps it since this record
     * @param ended what kept it until this record
     * @param outputs the commands and notices about it that follow from the record
     */
    record Change(
            LogRecord record,
            String event,
            String producer,
            Explanation after,
            boolean changed,
            List<Explanation.Keeper> began,
            List<Explanation.Keeper> ended,
            List<Output> outputs) {}

    private static final Explanation UNKNOWN =
            new Explanation("UNKNOWN", Optional.empty(), OptionalLong.empty(), List.of(), List.of());

    private final RegionId region;
    private final FilePath path;
    private final Printer printer;
    private final Replay replay;
    private final List<Output> outputs = new ArrayList<>();
    private final Map<Integer, Explanation> known = new TreeMap<>();
    private final Map<Integer, LogRecord> last = new TreeMap<>();

    /** @param policies in place of the log's own; {@code null}: the log's */
    FileHistory(RegionId region, FilePath path, Printer printer, @Nullable List<PolicySet> policies) {
        this.region = region;
        this.path = path;
        this.printer = printer;
        replay = new Replay((cause, output) -> receive(output), policies);
    }

    void apply(LogRecord record) throws IOException {
        outputs.clear();
        replay.apply(record);
        int partition = record.partition();
        last.put(partition, record);
        Explanation before = known.getOrDefault(partition, UNKNOWN);
        Explanation after = replay.explain(partition, region, path).orElse(UNKNOWN);
        known.put(partition, after);
        if (!isGarbageInWaiting(after)) {
            outputs.removeIf(FileHistory::concernsRegion);
        }
        List<Explanation.Keeper> began = minus(after.keptBy(), before.keptBy());
        List<Explanation.Keeper> ended = minus(before.keptBy(), after.keptBy());
        boolean changed = !after.state().equals(before.state())
                || !after.factOffset().equals(before.factOffset())
                || !after.details().equals(before.details());
        if (changed || !began.isEmpty() || !ended.isEmpty() || !outputs.isEmpty()) {
            RegionEvent event = event(record);
            printer.change(new Change(
                    record,
                    event == null ? "unreadable" : kind(event),
                    event == null ? "" : event.getProducer(),
                    after,
                    changed,
                    began,
                    ended,
                    List.copyOf(outputs)));
        }
    }

    /** Ends the history at the end of the log. */
    void end() throws IOException {
        for (Map.Entry<Integer, Explanation> now : known.entrySet()) {
            LogRecord record = last.get(now.getKey());
            if (record != null && !now.getValue().equals(UNKNOWN)) {
                printer.end(record, now.getValue());
            }
        }
    }

    /** Returns true if the log has facts about the file that still count. */
    boolean isKnown() {
        return known.values().stream().anyMatch(now -> !now.equals(UNKNOWN));
    }

    private static List<Explanation.Keeper> minus(List<Explanation.Keeper> all, List<Explanation.Keeper> without) {
        return all.stream()
                .filter(keeper -> without.stream().noneMatch(other -> isSame(keeper, other)))
                .toList();
    }

    /**
     * Returns true for the same keeper: a pin that is renewed, or a linger that continues; when it ends does not count.
     */
    private static boolean isSame(Explanation.Keeper a, Explanation.Keeper b) {
        return a.reason() == b.reason()
                && a.detail().equals(b.detail())
                && a.sinceOffset().equals(b.sinceOffset());
    }

    private void receive(Output output) {
        boolean concerns = switch (output) {
            case Output.Emitted emitted ->
                emitted.region().equals(region) && (concerns(emitted.message()) || concernsRegion(emitted));
            case Output.DeadLetter letter ->
                letter.record().key() != null && Arrays.equals(letter.record().key(), region.toKey());
            case Output.ClockDisagreement tick -> false;
        };
        if (concerns) {
            outputs.add(output);
        }
    }

    private boolean concerns(Message message) {
        return message instanceof GcCommand command ? concerns(command) : concerns((Notice) message);
    }

    private boolean concerns(GcCommand command) {
        return switch (command.getCommandCase()) {
            case DELETE ->
                command.getDelete().getFilesList().stream()
                        .anyMatch(file -> isIt(file.getFile().getPath()));
            case REVOKE ->
                command.getRevoke().getPathsList().stream().anyMatch(this::isIt)
                        || (command.getRevoke().hasPathPrefix()
                                && path.value().startsWith(command.getRevoke().getPathPrefix()));
            case FENCE_PASSED, SCAN, COMMAND_NOT_SET -> false;
        };
    }

    private boolean concerns(Notice notice) {
        return switch (notice.getNoticeCase()) {
            case PIN_VERDICT ->
                notice.getPinVerdict().getCondemnedList().stream().anyMatch(this::isIt);
            case MANIFEST_CONFLICT -> isIt(notice.getManifestConflict().getPath());
            case FILES_DELETED ->
                notice.getFilesDeleted().getPathsList().stream().anyMatch(this::isIt);
            case EVENT_REJECTED -> isIt(notice.getEventRejected().getPath());
            case MISSING_FILE -> isIt(notice.getMissingFile().getPath());
            case DELETION_STUCK -> isIt(notice.getDeletionStuck().getPath());
            case REFERENCE_VERDICT ->
                notice.getReferenceVerdict().getRejectedList().stream().anyMatch(this::isIt);
            case SNAPSHOT_REQUESTED, APPROVAL_NEEDED, INVENTORY_DOUBTED, NOTICE_NOT_SET -> false;
        };
    }

    /**
     * Returns true for outputs that name a region and no file. They are part of the history of a file that waits for
     * what they request. Not {@code SnapshotRequested}: it is repeated hourly, and the explanation of what keeps the
     * file names the gap.
     */
    private static boolean concernsRegion(Output output) {
        return output instanceof Output.Emitted emitted
                && (emitted.message() instanceof GcCommand command
                        ? command.hasScan()
                        : emitted.message() instanceof Notice notice
                                && (notice.hasApprovalNeeded() || notice.hasInventoryDoubted()));
    }

    private static boolean isGarbageInWaiting(Explanation file) {
        return switch (file.state()) {
            case "UNKNOWN", "LIVE", "CONDEMNED", "GONE" -> false;
            default -> true;
        };
    }

    private boolean isIt(String other) {
        return path.value().equals(other);
    }

    private static @Nullable RegionEvent event(LogRecord record) {
        try {
            return record.value() == null ? null : RegionEvent.parseFrom(record.value());
        } catch (InvalidProtocolBufferException e) {
            return null;
        }
    }

    private static String kind(RegionEvent event) {
        var field = event.getOneofFieldDescriptor(
                RegionEvent.getDescriptor().getOneofs().get(0));
        return field == null ? "unreadable" : field.getJsonName();
    }
}
