package io.sexton.cli.replay;

import io.sexton.cli.CommandFailure;
import io.sexton.cli.ExitCode;
import io.sexton.cli.InputFile;
import io.sexton.cli.LineReport;
import io.sexton.cli.Progress;
import io.sexton.cli.lines.JsonLine;
import io.sexton.cli.lines.JsonLinesReader;
import io.sexton.cli.lines.JsonLinesWriter;
import io.sexton.cli.lines.JsonRecord;
import io.sexton.fold.core.LogRecord;
import io.sexton.proto.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sexton replay}. */
@Command(
        name = "replay",
        header = "Folds a log again and prints what follows from it.",
        description = {
            "Applies the records of gc.events in FILE with the classes that gc-streams runs, state in memory, without"
                    + " Kafka. Prints delete commands, notices and dead letters as JSON lines, in the order of the log.",
            "",
            "A line of FILE is one record, such as",
            "  {\"timestamp\":\"2026-01-01T00:00:00Z\",\"key\":\"r1\",\"value\":{\"region\":\"r1\",\"regionDropped\":{}}}",
            "docs/json-lines.md describes the format. A line that is no record is reported with its number, and the"
                    + " rest goes on. A line whose value cannot be read is reported too, and takes part as a record that"
                    + " cannot be read: as a dead letter, and as a gap of its region, so that nothing is condemned"
                    + " that it may have kept. Records of other topics are passed over."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every line was used",
            "1:some lines were broken; the others are folded",
            "2:the command line is wrong",
            "3:the input cannot be read to its end, or the output cannot be written"
        })
public final class ReplayCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--input",
            required = true,
            paramLabel = "FILE",
            description = "JSON lines, plain, gzip or zstd; - is standard input.")
    @SuppressWarnings("NullAway.Init") // required
    private InputFile input;

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        LineReport report = new LineReport(input, err);
        JsonLinesWriter lines = new JsonLinesWriter(spec.commandLine().getOut());
        Replay replay = new Replay(new OutputLines(lines, err));
        try (JsonLinesReader reader = input.open()) {
            fold(reader, replay, report, new Progress(err, "lines folded"));
        } catch (IOException e) {
            flush(lines);
            throw input.unreadable(e);
        }
        flush(lines);
        report.summarize();
        return report.hasProblems() ? ExitCode.PARTLY : ExitCode.DONE;
    }

    private static void fold(JsonLinesReader reader, Replay replay, LineReport report, Progress progress)
            throws IOException {
        for (JsonLine line = reader.next(); line != null; line = reader.next()) {
            progress.step();
            report.read();
            switch (line) {
                case JsonLine.Entry entry -> fold(entry.number(), entry.record(), replay, report);
                case JsonLine.Unreadable unreadable -> {
                    report.problem(unreadable.number(), unreadable.problem());
                    fold(unreadable.number(), unreadable.record(), replay, report);
                }
                case JsonLine.Broken broken -> report.problem(broken.number(), broken.problem());
            }
        }
    }

    private static void fold(long number, JsonRecord record, Replay replay, LineReport report) {
        if (!record.topic().equals(Topics.EVENTS)) {
            return;
        }
        if (record.timestamp() == null) {
            report.problem(number, "has no timestamp, which a log's records have from the broker");
            return;
        }
        LogRecord logRecord =
                new LogRecord(record.partition(), record.offset(), record.timestamp(), record.key(), record.value());
        try {
            replay.apply(logRecord);
        } catch (IOException e) {
            throw unwritable(e);
        } catch (RuntimeException e) {
            throw new IllegalStateException("the fold failed at line " + number, e);
        }
    }

    private static void flush(JsonLinesWriter lines) {
        try {
            lines.flush();
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private static CommandFailure unwritable(IOException e) {
        return CommandFailure.failed(String.valueOf(e.getMessage()), e);
    }
}
