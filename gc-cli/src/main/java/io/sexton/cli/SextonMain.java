package io.sexton.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code sexton} command. */
@Command(
        name = "sexton",
        description = "Event-sourced garbage collection for the files of distributed databases.",
        mixinStandardHelpOptions = true,
        versionProvider = SextonMain.Version.class,
        synopsisSubcommandLabel = "COMMAND")
public final class SextonMain implements Runnable {

    private SextonMain() {}

    /** Runs the command and exits with its exit code. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new SextonMain()).execute(args));
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
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
