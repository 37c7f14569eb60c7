package io.sexton.cli.kafka;

import io.sexton.service.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The {@code sexton topics} command, which groups its subcommands. */
@Command(
        name = "topics",
        header = "Makes and checks the topics.",
        description = "Makes the topics that Sexton works on, or checks that they are as its promises need them.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {TopicsCreateCommand.class, TopicsCheckCommand.class})
public final class TopicsCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        CommandLine command = spec.commandLine();
        command.usage(command.getErr());
        return ExitCode.USAGE;
    }
}
