package io.sexton.cli.replay;

import io.sexton.fold.core.Output;
import io.sexton.proto.LogRecord;
import io.sexton.streams.query.Census;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.Disposition;
import io.sexton.v1.FilesDeleted;
import io.sexton.v1.GcCommand;
import io.sexton.v1.Notice;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Counts of a replay's outputs, printed as a table. Not thread safe. */
final class Summary implements Replay.Sink {

    private long events;
    private @Nullable Instant first;
    private @Nullable Instant last;
    private final Map<String, Census.Count> condemned = new TreeMap<>();
    private final Map<String, Census.Count> shown = new TreeMap<>();
    private final Map<String, Long> notices = new TreeMap<>();
    private long deletedFiles;
    private long deletedBytes;
    private long deadLetters;

    /** One more record is applied. */
    void applied(LogRecord record) {
        events++;
        first = first == null || record.appendTime().isBefore(first) ? record.appendTime() : first;
        last = last == null || record.appendTime().isAfter(last) ? record.appendTime() : last;
    }

    @Override
    public void accept(LogRecord cause, Output output) {
        switch (output) {
            case Output.Emitted emitted -> {
                if (emitted.message() instanceof GcCommand command) {
                    count(command.getDelete());
                } else if (emitted.message() instanceof Notice notice) {
                    count(notice);
                }
            }
            case Output.DeadLetter letter -> deadLetters++;
            case Output.ClockDisagreement tick -> notices.merge("ticks without effect", 1L, Long::sum);
        }
    }

    private void count(DeleteCommand command) {
        boolean dryRun = command.getDisposition() == Disposition.DRY_RUN;
        for (CondemnedFile file : command.getFilesList()) {
            if (file.getAttempt() == 1) {
                (dryRun ? shown : condemned)
                        .merge(
                                file.getReason().name(),
                                new Census.Count(1, file.getFile().getSizeBytes()),
                                Census.Count::plus);
            }
        }
    }

    private void count(Notice notice) {
        notices.merge(notice.getNoticeCase().name(), 1L, Long::sum);
        FilesDeleted deleted = notice.getFilesDeleted();
        deletedFiles += deleted.getPathsCount();
        deletedBytes += deleted.getBytes();
    }

    void print(List<Census> partitions, PrintWriter out) {
        row(out, "events", String.format(Locale.ROOT, "%,d of %d partitions", events, partitions.size()));
        if (first != null) {
            row(out, "from, to", first + ", " + last);
        }
        counts(out, "condemned", condemned);
        counts(out, "shown by a dry run", shown);
        row(out, "reported as deleted", count(new Census.Count(deletedFiles, deletedBytes)));
        counts(out, "files now", merged(partitions.stream().map(Census::byState).toList()));
        counts(out, "in use as", byName(partitions, Census::inUse));
        counts(out, "garbage kept by", byName(partitions, Census::kept));
        counts(out, "condemned now", byName(partitions, Census::condemned));
        row(
                out,
                "oldest garbage",
                partitions.stream()
                        .flatMap(census -> census.oldest().stream())
                        .min(Comparator.comparing(Census.Garbage::since))
                        .map(oldest -> oldest.region() + " " + oldest.path() + ", since " + oldest.since())
                        .orElse("none"));
        row(out, "dead letters", String.format(Locale.ROOT, "%,d", deadLetters));
        notices.forEach((kind, count) -> row(out, "notice", String.format(Locale.ROOT, "%s %,d", kind, count)));
    }

    private static <E extends Enum<E>> Map<String, Census.Count> byName(
            List<Census> partitions, Function<Census, Map<E, Census.Count>> counted) {
        Map<String, Census.Count> all = new TreeMap<>();
        partitions.forEach(census ->
                counted.apply(census).forEach((each, count) -> all.merge(each.name(), count, Census.Count::plus)));
        return all;
    }

    private static Map<String, Census.Count> merged(List<Map<String, Census.Count>> counts) {
        Map<String, Census.Count> all = new TreeMap<>();
        counts.forEach(each -> each.forEach((name, count) -> all.merge(name, count, Census.Count::plus)));
        return all;
    }

    private static void counts(PrintWriter out, String what, Map<String, Census.Count> counts) {
        if (counts.isEmpty()) {
            row(out, what, "none");
        }
        counts.forEach((name, count) -> row(out, what, String.format(Locale.ROOT, "%-20s %s", name, count(count))));
    }

    private static String count(Census.Count count) {
        return String.format(Locale.ROOT, "%,12d files %,14.1f MiB", count.files(), count.bytes() / (double) (1 << 20));
    }

    private static void row(PrintWriter out, String what, String value) {
        out.println(String.format(Locale.ROOT, "%-20s %s", what, value));
    }
}
