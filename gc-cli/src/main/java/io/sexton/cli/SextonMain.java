package io.sexton.cli;

import io.sexton.cli.replay.ReplayCommand;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The {@code sexton} command. */
@Command(
        name = "sexton",
        description = "Event-sourced garbage collection for the files of distributed databases.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = SextonMain.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ReplayCommand.class, HelpCommand.class})
public final class SextonMain implements Runnable {

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            scope = ScopeType.INHERIT,
            defaultValue = "${env:SEXTON_LOG_LEVEL:-WARN}",
            description = {
                "What is logged to standard error: ${COMPLETION-CANDIDATES}. From DEBUG on, errors come with their stack"
                        + " traces. Also as SEXTON_LOG_LEVEL in the environment."
            })
    private LogLevel logLevel = LogLevel.WARN;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private SextonMain() {}

    /** Runs the command and exits with its {@link ExitCode}. */
    public static void main(String[] args) {
        // JSON lines are UTF-8 on every machine; the JVM would write them in the terminal's encoding.
        PrintWriter out = new PrintWriter(
                new OutputStreamWriter(new FileOutputStream(FileDescriptor.out), StandardCharsets.UTF_8));
        int exitCode = commandLine().setOut(out).execute(args);
        out.flush();
        System.exit(exitCode);
    }

    /** The command with all its subcommands, for {@link #main} and for tests. */
    static CommandLine commandLine() {
        SextonMain main = new SextonMain();
        return new CommandLine(main)
                .registerConverter(InputFile.class, new InputFile.Converter())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setParameterExceptionHandler(SextonMain::refuse)
                .setExecutionStrategy(main::execute)
                .setExecutionExceptionHandler(main::explain);
    }

    private static int refuse(CommandLine.ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        PrintWriter err = command.getErr();
        err.println(name + ": " + e.getMessage() + " (" + name + " --help)");
        CommandLine.UnmatchedArgumentException.printSuggestions(e, err);
        err.flush();
        return ExitCode.USAGE;
    }

    private int execute(ParseResult parsed) {
        logLevel.apply();
        return new CommandLine.RunLast().execute(parsed);
    }

    /** Mistakes and bad luck are one line. Only a bug shows where it happened, because its reporter needs that. */
    private int explain(Exception e, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        if (e instanceof CommandFailure failure) {
            err.println(command.getCommandSpec().qualifiedName() + ": " + failure.oneLine());
            if (logLevel.showsStackTraces()) {
                e.printStackTrace(err);
            }
            err.flush();
            return failure.exitCode();
        }
        err.println(command.getCommandSpec().qualifiedName() + ": internal error, please report it:");
        e.printStackTrace(err);
        err.flush();
        return ExitCode.INTERNAL_ERROR;
    }

    @Override
    public void run() {
        CommandLine command = spec.commandLine();
        command.usage(command.getOut());
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = SextonMain.class.getPackage().getImplementationVersion();
            return new String[] {
                "sexton " + (version == null ? "(unpackaged)" : version),
                "Java " + Runtime.version() + " on " + System.getProperty("os.name")
            };
        }
    }
}
