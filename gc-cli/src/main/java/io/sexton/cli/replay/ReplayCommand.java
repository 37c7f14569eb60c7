package io.sexton.cli.replay;

import io.sexton.cli.ExitCode;
import io.sexton.cli.LineReport;
import io.sexton.cli.lines.JsonLinesWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

    @Mixin
    private final LogOptions log = new LogOptions();

    @Option(
            names = "--summary",
            description = {
                "Print a table instead: what was condemned and why, what keeps the rest of the garbage, and since when."
            })
    private boolean summary;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        LineReport report = summary ? summarize(out, err) : print(out, err);
        report.summarize();
        return report.hasProblems() ? ExitCode.PARTLY : ExitCode.DONE;
    }

    private LineReport print(PrintWriter out, PrintWriter err) {
        JsonLinesWriter lines = new JsonLinesWriter(out);
        Replay replay = new Replay(new OutputLines(lines, err), log.policies());
        try {
            return log.fold(replay::apply, err);
        } finally {
            flush(lines);
        }
    }

    private LineReport summarize(PrintWriter out, PrintWriter err) {
        Summary counts = new Summary();
        Replay replay = new Replay(counts, log.policies());
        LineReport report = log.fold(
                record -> {
                    counts.applied(record);
                    replay.apply(record);
                },
                err);
        counts.print(replay.census(), out);
        out.flush();
        return report;
    }

    private static void flush(JsonLinesWriter lines) {
        try {
            lines.flush();
        } catch (IOException e) {
            throw LogOptions.unwritable(e);
        }
    }
}
