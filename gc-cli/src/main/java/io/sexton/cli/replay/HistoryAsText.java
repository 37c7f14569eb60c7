package io.sexton.cli.replay;

import io.sexton.fold.core.Output;
import io.sexton.proto.LogRecord;
import io.sexton.streams.query.Explanation;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.GcCommand;
import io.sexton.v1.Notice;
import java.io.IOException;
import java.io.PrintWriter;

/** A file's life for people. */
final class HistoryAsText implements FileHistory.Printer {

    private static final String INDENT = "    ";

    private final PrintWriter out;
    private final String path;

    HistoryAsText(PrintWriter out, String path) {
        this.out = out;
        this.path = path;
    }

    @Override
    public void change(FileHistory.Change change) throws IOException {
        String by = change.producer().isEmpty() ? "" : " by " + change.producer();
        out.println(position(change.record()) + "  " + change.event() + by);
        if (change.changed()) {
            out.println(INDENT + "is " + state(change.after()));
        }
        change.ended().forEach(keeper -> out.println(INDENT + "- " + keeper.detail()));
        change.began().forEach(keeper -> out.println(INDENT + "+ " + described(keeper)));
        for (Output output : change.outputs()) {
            out.println(INDENT + "> " + text(output));
        }
        if (out.checkError()) {
            throw new IOException("the output cannot be written");
        }
    }

    @Override
    public void end(LogRecord last, Explanation now) {
        out.println();
        out.println("After " + position(last) + " it is " + state(now)
                + now.since().map(since -> ", since " + since).orElse("")
                + (now.factOffset().isPresent() ? " (offset " + now.factOffset().getAsLong() + ")" : "") + ".");
        if (!now.keptBy().isEmpty()) {
            out.println("Kept by:");
            now.keptBy().forEach(keeper -> out.println(INDENT + described(keeper)));
        }
    }

    private static String position(LogRecord record) {
        return record.appendTime() + "  partition " + record.partition() + " offset " + record.offset();
    }

    private static String state(Explanation explanation) {
        return explanation.details().isEmpty()
                ? explanation.state()
                : explanation.state() + " (" + String.join("; ", explanation.details()) + ")";
    }

    private static String described(Explanation.Keeper keeper) {
        StringBuilder text = new StringBuilder(keeper.detail());
        keeper.sinceOffset().ifPresent(offset -> text.append(", since offset ").append(offset));
        keeper.until().ifPresent(end -> text.append(", until ").append(end));
        return text.toString();
    }

    private String text(Output output) {
        return switch (output) {
            case Output.Emitted emitted ->
                emitted.message() instanceof GcCommand command ? text(command) : text((Notice) emitted.message());
            case Output.DeadLetter letter -> "dead letter: " + letter.reason();
            case Output.ClockDisagreement tick -> "tick without effect";
        };
    }

    private String text(GcCommand command) {
        if (command.hasRevoke()) {
            return "revoke command: its delete commands so far no longer count";
        }
        if (command.hasScan()) {
            return "scan command: an inventory of the region is requested";
        }
        CondemnedFile file = command.getDelete().getFilesList().stream()
                .filter(condemned -> condemned.getFile().getPath().equals(path))
                .findFirst()
                .orElseThrow();
        return "delete command " + command.getDelete().getCommandId() + ", "
                + command.getDelete().getDisposition() + ", reason " + file.getReason() + ", attempt "
                + file.getAttempt();
    }

    private static String text(Notice notice) {
        return switch (notice.getNoticeCase()) {
            case PIN_VERDICT -> "a pin of reader " + notice.getPinVerdict().getReaderId() + " on it is rejected";
            case MANIFEST_CONFLICT -> "notice: a condemned file is in use again";
            case FILES_DELETED -> "notice: deleted";
            case EVENT_REJECTED -> "rejected: " + notice.getEventRejected().getDetail();
            case MISSING_FILE -> "notice: missing: " + notice.getMissingFile().getDetail();
            case DELETION_STUCK -> "notice: stuck: " + notice.getDeletionStuck().getDetail();
            case REFERENCE_VERDICT ->
                "a reference of " + notice.getReferenceVerdict().getReferrer() + " to it is rejected";
            case APPROVAL_NEEDED ->
                "notice: " + notice.getApprovalNeeded().getWaitingFiles() + " files of the region wait for an approval,"
                        + " latch offset "
                        + Long.toUnsignedString(notice.getApprovalNeeded().getLatchOffset());
            case INVENTORY_DOUBTED ->
                "notice: inventory " + notice.getInventoryDoubted().getInventoryId() + " is doubted, it misses "
                        + notice.getInventoryDoubted().getMissingFiles() + " live files: no evidence until an approval"
                        + " accepts it";
            case SNAPSHOT_REQUESTED, NOTICE_NOT_SET -> "notice: " + notice.getNoticeCase();
        };
    }
}
