package io.sexton.cli.storage;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The {@code sexton trash} command. */
@Command(
        name = "trash",
        header = "Lists, restores and purges files that a policy with disposition TRASH has moved away.",
        description = "Works on the trash of the stores in a gc-deleter's configuration, while that runs or not.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {TrashListCommand.class, TrashRestoreCommand.class, TrashPurgeCommand.class})
public final class TrashCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        CommandLine command = spec.commandLine();
        command.usage(command.getOut());
    }
}
