package io.sexton.cli.replay;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.sexton.cli.InputFile;
import io.sexton.cli.LineReport;
import io.sexton.cli.Progress;
import io.sexton.cli.lines.JsonLine;
import io.sexton.cli.lines.JsonLinesReader;
import io.sexton.cli.lines.JsonRecord;
import io.sexton.proto.LogRecord;
import io.sexton.proto.Topics;
import io.sexton.service.CommandFailure;
import io.sexton.v1.PolicySet;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of replay and explain: the log to fold, the offset up to which, and the policies. */
final class LogOptions {

    /** A consumer of the log's records. */
    @FunctionalInterface
    interface Fold {
        void apply(LogRecord record) throws IOException;
    }

    @Option(
            names = "--input",
            required = true,
            paramLabel = "FILE",
            description = "JSON lines, plain, gzip or zstd; - is standard input.")
    @SuppressWarnings("NullAway.Init") // required
    private InputFile input;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = {
                "Policies that apply from the beginning, in place of those of the log: each line a PolicySet as JSON, such"
                        + " as {\"regionGlob\":\"*\",\"policy\":{\"obsoleteLinger\":\"600s\"}}. Files that the log reports as"
                        + " deleted stay so: later events are those that followed from the log's own policies."
            })
    private @Nullable Path policyFile;

    @Option(
            names = "--until",
            paramLabel = "TIME|OFFSET",
            description = {
                "The last record of each partition that is folded: by its offset, or by its append time, such as"
                        + " 2026-01-01T00:00:00Z."
            })
    private @Nullable String until;

    /**
     * Returns the policies that replace those of the log; {@code null}: none do.
     *
     * @throws CommandFailure naming the line that is wrong
     */
    @Nullable
    List<PolicySet> policies() {
        Path file = policyFile;
        if (file == null) {
            return null;
        }
        List<PolicySet> policies = new ArrayList<>();
        try {
            int number = 0;
            for (String line : Files.readAllLines(file)) {
                number++;
                if (!line.isBlank()) {
                    policies.add(policy(line, file + ": line " + number));
                }
            }
        } catch (IOException e) {
            throw CommandFailure.usage("--policy: cannot read " + file + ": " + e.getMessage());
        }
        return policies;
    }

    private static PolicySet policy(String json, String where) {
        PolicySet.Builder policy = PolicySet.newBuilder();
        try {
            JsonFormat.parser().merge(json, policy);
        } catch (InvalidProtocolBufferException e) {
            throw CommandFailure.usage("--policy: " + where + " is no PolicySet: " + e.getMessage());
        }
        return policy.build();
    }

    /**
     * Reads the whole log and applies the selected records. Unusable lines are reported one by one.
     *
     * @return the report of the lines
     * @throws CommandFailure if the input cannot be read to its end, or the output of the fold cannot be written
     */
    LineReport fold(Fold fold, PrintWriter err) {
        Bound bound = bound();
        LineReport report = new LineReport(input, err);
        Progress progress = new Progress(err, "lines folded");
        try (JsonLinesReader reader = input.open()) {
            for (JsonLine line = reader.next(); line != null; line = reader.next()) {
                progress.step();
                report.read();
                switch (line) {
                    case JsonLine.Entry entry -> apply(entry.number(), entry.record(), bound, fold, report);
                    case JsonLine.Unreadable unreadable -> {
                        report.problem(unreadable.number(), unreadable.problem());
                        apply(unreadable.number(), unreadable.record(), bound, fold, report);
                    }
                    case JsonLine.Broken broken -> report.problem(broken.number(), broken.problem());
                }
            }
        } catch (IOException e) {
            throw input.unreadable(e);
        }
        return report;
    }

    private static void apply(long number, JsonRecord record, Bound bound, Fold fold, LineReport report) {
        if (!record.topic().equals(Topics.EVENTS)) {
            return;
        }
        if (record.timestamp() == null) {
            report.problem(number, "has no timestamp, which a log's records have from the broker");
            return;
        }
        if (bound.isPassedBy(record.offset(), record.timestamp())) {
            return;
        }
        try {
            fold.apply(new LogRecord(
                    record.partition(), record.offset(), record.timestamp(), record.key(), record.value()));
        } catch (IOException e) {
            throw unwritable(e);
        } catch (CommandFailure e) {
            throw e;
        } catch (RuntimeException e) {
            throw new IllegalStateException("the fold failed at line " + number, e);
        }
    }

    static CommandFailure unwritable(IOException e) {
        return CommandFailure.failed(String.valueOf(e.getMessage()), e);
    }

    /** @param time, offset at most one of them is not null */
    private record Bound(@Nullable Instant time, @Nullable Long offset) {
        boolean isPassedBy(long recordOffset, Instant appended) {
            return (offset != null && recordOffset > offset) || (time != null && appended.isAfter(time));
        }
    }

    private Bound bound() {
        if (until == null) {
            return new Bound(null, null);
        }
        if (until.matches("\\d{1,18}")) {
            return new Bound(null, Long.parseLong(until));
        }
        try {
            return new Bound(Instant.parse(until), null);
        } catch (DateTimeParseException e) {
            throw CommandFailure.usage(
                    "--until: '" + until + "' is neither an offset nor a time like 2026-01-01T00:00:00Z");
        }
    }
}
