package io.sexton.cli.replay;

import io.sexton.cli.InputFile;
import io.sexton.cli.LineReport;
import io.sexton.cli.lines.JsonLinesWriter;
import io.sexton.service.CommandFailure;
import io.sexton.service.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The {@code sexton replay} command. */
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
                    + " rest is applied. A line whose value cannot be read is reported too, and takes part as a record that"
                    + " cannot be read: as a dead letter, and as a gap of its region, so that nothing is condemned"
                    + " that it may have kept. Records of other topics are passed over."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every line was used",
            "1:some lines were broken, and the others are folded; or what was emitted does not agree",
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

    @Option(
            names = "--verify",
            paramLabel = "FILE",
            description = {
                "Print nothing of what follows from the log, but where it differs from what was emitted: from the records"
                        + " of gc.delete-commands in FILE, and from those of gc.notices if there are any, as `sexton export`"
                        + " prints them. Export gc.events first. Where the beginning is missing in FILE, the rest is"
                        + " compared; what comes after all that follows from the log is counted."
            })
    private @Nullable InputFile emitted;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        if (emitted != null) {
            return verify(emitted, out, err);
        }
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

    private int verify(InputFile file, PrintWriter out, PrintWriter err) {
        if (summary || log.policies() != null) {
            throw CommandFailure.usage("--verify: what was emitted followed from the log's own policies, and is no"
                    + " summary; leave out --policy and --summary");
        }
        Verification verification = new Verification(out);
        LineReport ofEmitted = verification.read(file, err);
        Replay replay = new Replay(verification, null);
        LineReport ofLog = log.fold(
                record -> {
                    verification.folding(record);
                    replay.apply(record);
                },
                err);
        boolean agrees = verification.end();
        out.flush();
        ofEmitted.summarize();
        ofLog.summarize();
        return agrees && !ofEmitted.hasProblems() && !ofLog.hasProblems() ? ExitCode.DONE : ExitCode.PARTLY;
    }

    private static void flush(JsonLinesWriter lines) {
        try {
            lines.flush();
        } catch (IOException e) {
            throw LogOptions.unwritable(e);
        }
    }
}
