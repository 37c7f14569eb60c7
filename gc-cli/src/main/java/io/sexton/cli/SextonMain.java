package io.sexton.cli;

import io.sexton.cli.demo.DemoCommand;
import io.sexton.cli.export.ExportCommand;
import io.sexton.cli.kafka.AclsCommand;
import io.sexton.cli.kafka.TopicsCommand;
import io.sexton.cli.publish.PublishCommand;
import io.sexton.cli.replay.ExplainCommand;
import io.sexton.cli.replay.ReplayCommand;
import io.sexton.cli.service.CoordinatorCommand;
import io.sexton.cli.service.DeleterCommand;
import io.sexton.cli.service.LocalCommand;
import io.sexton.cli.service.StreamsCommand;
import io.sexton.cli.simulate.SimulateCommand;
import io.sexton.cli.storage.ScanCommand;
import io.sexton.cli.storage.TrashCommand;
import io.sexton.client.PublishException;
import io.sexton.deleter.storage.FileNameEncoding;
import io.sexton.proto.TopicsUnavailableException;
import io.sexton.service.CommandFailure;
import io.sexton.service.ExitCode;
import io.sexton.service.StartupException;
import io.sexton.service.log.LogLevel;
import java.io.PrintWriter;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
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
        subcommands = {
            DemoCommand.class,
            LocalCommand.class,
            CoordinatorCommand.class,
            StreamsCommand.class,
            DeleterCommand.class,
            ScanCommand.class,
            TrashCommand.class,
            TopicsCommand.class,
            AclsCommand.class,
            PublishCommand.class,
            ExportCommand.class,
            ReplayCommand.class,
            ExplainCommand.class,
            SimulateCommand.class,
            HelpCommand.class
        })
public final class SextonMain implements Runnable {

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            scope = ScopeType.INHERIT,
            defaultValue = "${env:SEXTON_LOG_LEVEL}",
            description = {
                "What is logged to standard error: ${COMPLETION-CANDIDATES}. From DEBUG on, errors come with their stack"
                        + " traces. Default: SEXTON_LOG_LEVEL of the environment, else INFO for services and WARN for"
                        + " other commands."
            })
    private @Nullable LogLevel logLevel;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private SextonMain() {}

    /** Runs the command and exits with its {@link ExitCode}. */
    public static void main(String[] args) {
        System.exit(run(commandLine().setOut(StandardOutput.open()), args));
    }

    /** Runs the command, and hands on what it has printed. */
    static int run(CommandLine command, String... args) {
        try {
            int exitCode = command.execute(args);
            command.getOut().flush();
            return exitCode;
        } catch (CommandFailure unwritable) {
            // Of what is printed outside of any command, such as a help text, or at the very end.
            return report(unwritable, command);
        }
    }

    private static int report(CommandFailure failure, CommandLine command) {
        if (!failure.isSilent()) {
            command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + failure.oneLine());
            command.getErr().flush();
        }
        return failure.exitCode();
    }

    /** Returns the command with all its subcommands, for {@link #main} and for tests. */
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
        logLevel(parsed).apply();
        Integer helped = help(parsed);
        if (helped != null) {
            return helped;
        }
        requireExactNames(parsed.asCommandLineList().getLast());
        return new CommandLine.RunLast().execute(parsed);
    }

    private static @Nullable Integer help(ParseResult parsed) {
        try {
            return CommandLine.executeHelpRequest(parsed);
        } catch (CommandFailure unwritable) {
            // picocli takes what is thrown here for a bug, unless it comes as the failure of a command.
            throw new CommandLine.ExecutionException(
                    parsed.asCommandLineList().getLast(), "the help text cannot be written", unwritable);
        }
    }

    private static void requireExactNames(CommandLine command) {
        if (command.getCommand() instanceof NamesFiles) {
            FileNameEncoding.problem().ifPresent(problem -> {
                throw new CommandLine.ExecutionException(command, problem, CommandFailure.failed(problem, null));
            });
        }
    }

    private LogLevel logLevel(ParseResult parsed) {
        if (logLevel != null) {
            return logLevel;
        }
        List<CommandLine> commands = parsed.asCommandLineList();
        return commands.getLast().getCommand() instanceof LongRunning ? LogLevel.INFO : LogLevel.WARN;
    }

    /** Reports an expected failure in one line. Only a bug has a stack trace, because its reporter needs it. */
    private int explain(Exception e, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        String name = command.getCommandSpec().qualifiedName();
        CommandFailure failure = failureOf(e);
        if (failure == null) {
            err.println(name + ": internal error, please report it:");
            e.printStackTrace(err);
        } else {
            report(failure, command);
            if (logLevel(parsed).showsStackTraces()) {
                e.printStackTrace(err);
            }
        }
        err.flush();
        return failure == null ? ExitCode.INTERNAL_ERROR : failure.exitCode();
    }

    private static @Nullable CommandFailure failureOf(Exception e) {
        return switch (e) {
            case CommandFailure failure -> failure;
            // The messages of these are made for people.
            case StartupException refused -> CommandFailure.failed(String.valueOf(refused.getMessage()), refused);
            case TopicsUnavailableException unavailable ->
                CommandFailure.failed(String.valueOf(unavailable.getMessage()), unavailable);
            case PublishException unsent -> CommandFailure.because("the brokers do not answer", unsent);
            case KafkaException kafka -> CommandFailure.because("Kafka", kafka);
            default -> null;
        };
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
