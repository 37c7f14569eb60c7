package io.sexton.cli.replay;

import io.sexton.cli.LineReport;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.service.CommandFailure;
import io.sexton.service.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The {@code sexton explain} command. */
@Command(
        name = "explain",
        header = "Prints the history of one file, and why it was deleted or still exists.",
        description = {
            "Folds the log in FILE as `sexton replay` does and prints each record that changed the explanation of the"
                    + " file, the beginnings and ends of what keeps it, and the commands and notices about it; at the end,"
                    + " what keeps it now. Every line names the offset that proves it."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the file is in the log, and every line was used",
            "1:some lines were broken, or the log has no record of the file",
            "2:the command line is wrong",
            "3:the input cannot be read to its end, or the output cannot be written"
        })
public final class ExplainCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final LogOptions log = new LogOptions();

    @Option(names = "--json", description = "For programs: one JSON object a line.")
    private boolean json;

    @Parameters(index = "0", paramLabel = "REGION", description = "The region's id.")
    @SuppressWarnings("NullAway.Init") // required
    private String region;

    @Parameters(index = "1", paramLabel = "PATH", description = "The file, relative to the region's root.")
    @SuppressWarnings("NullAway.Init") // required
    private String path;

    @Override
    public Integer call() {
        require("REGION", RegionId.problemWith(region));
        require("PATH", FilePath.problemWith(path));
        PrintWriter out = spec.commandLine().getOut();
        FileHistory.Printer printer = json ? new HistoryAsJson(out) : new HistoryAsText(out, path);
        FileHistory life = new FileHistory(RegionId.of(region), FilePath.of(path), printer, log.policies());
        PrintWriter err = spec.commandLine().getErr();
        LineReport report = log.fold(life::apply, err);
        try {
            life.end();
        } catch (IOException e) {
            throw LogOptions.unwritable(e);
        }
        out.flush();
        report.summarize();
        if (!life.isKnown()) {
            err.println("the log has no record of " + path + " in region " + region);
            err.flush();
        }
        return report.hasProblems() || !life.isKnown() ? ExitCode.PARTLY : ExitCode.DONE;
    }

    private static void require(String what, Optional<String> problem) {
        if (problem.isPresent()) {
            throw CommandFailure.usage(what + " " + problem.get());
        }
    }
}
