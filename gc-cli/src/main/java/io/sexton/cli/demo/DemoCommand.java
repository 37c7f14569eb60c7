package io.sexton.cli.demo;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sexton.cli.NamesFiles;
import io.sexton.cli.service.LocalServices;
import io.sexton.deleter.storage.FileStore;
import io.sexton.demo.Demo;
import io.sexton.demo.DemoSettings;
import io.sexton.demo.Directory;
import io.sexton.demo.Interference;
import io.sexton.demo.LiveLine;
import io.sexton.demo.Printout;
import io.sexton.demo.proof.Examination.Findings;
import io.sexton.service.CommandFailure;
import io.sexton.service.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code sexton demo} command. */
@Command(
        name = "demo",
        header = "Runs a database whose garbage Sexton collects, and proves that it collects the right files.",
        description = {
            "Several RocksDB instances, each one region, take writes, updates and deletes. Each SST file is copied to a"
                    + " store directory when it is made. Long queries read the stored files while compactions make them"
                    + " obsolete; one query is killed, one compaction is lost with its node, one region moves to another"
                    + " node. The garbage of one region goes to the trash, and a file is restored from there. Hosts of a"
                    + " cluster write metric checkpoints, which are archived by their age as Parquet files. Then the"
                    + " store must hold exactly RocksDB's live files, every region must open from it with every key and"
                    + " value right, the trash and the archive must have all that went there, value by value, and the"
                    + " log must bear out whatever else Sexton promises.",
            "",
            "Everything is in this process, on a broker of its own, and in one directory, which is deleted in the end."
                    + " Takes less than 90 seconds on 2 cores."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:everything is proved",
            "1:a check failed; the report names it",
            "2:the command line is wrong",
            "3:the demo could not be run to its end"
        })
public final class DemoCommand implements Callable<Integer>, NamesFiles {

    /** The exit code of a failed proof. */
    private static final int NOT_PROVED = 1;

    private static final int ANY_FREE_PORT = 0;
    private static final int PARTITIONS = 2;
    private static final int MOST_REGIONS = 8;
    /** Shorter, and there would be no time for what is to go wrong. */
    private static final int SHORTEST = 15;

    private final Interference interference;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--seed",
            paramLabel = "NUMBER",
            defaultValue = "1",
            description = "The same seed writes the same, if not at the same times. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--regions",
            paramLabel = "COUNT",
            defaultValue = "3",
            description = "How many regions, 1 to " + MOST_REGIONS + ". Default: ${DEFAULT-VALUE}.")
    private int regions;

    @Option(
            names = "--seconds",
            paramLabel = "SECONDS",
            defaultValue = "25",
            description = "How long they are written to, at least " + SHORTEST + ". Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--keep",
            paramLabel = "DIRECTORY",
            description = "Works in this directory, which must be empty or not be there, and keeps it: the log, the"
                    + " store, the databases.")
    private @Nullable Path keep;

    /** Created by picocli. */
    public DemoCommand() {
        this(Interference.NONE);
    }

    DemoCommand(Interference interference) {
        this.interference = interference;
    }

    @Override
    public Integer call() throws InterruptedException {
        requireUsable();
        PrintWriter out = spec.commandLine().getOut();
        LiveLine live = new LiveLine(out, Ansi.AUTO.enabled());
        Directory directory = Directory.prepare(keep);
        live.print("starting, in " + directory.path());
        Findings findings;
        try (Demo demo =
                new Demo(new DemoSettings(seed, regions, seconds), directory.path(), DemoCommand::services, live)) {
            findings = demo.run(interference);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            live.end();
            throw CommandFailure.failed(e.getMessage() + " (everything is left in " + directory.path() + ")", e);
        }
        live.end();
        new Printout(out).print(findings, live.elapsed());
        if (findings.hold() && keep == null) {
            directory.delete();
        } else {
            out.println("Everything is left in " + directory.path());
        }
        out.flush();
        return findings.hold() ? ExitCode.DONE : NOT_PROVED;
    }

    private static LocalServices services(Path directory, Map<String, FileStore> stores) {
        return LocalServices.start(directory, ANY_FREE_PORT, PARTITIONS, stores, new SimpleMeterRegistry());
    }

    private void requireUsable() {
        if (regions < 1 || regions > MOST_REGIONS) {
            throw new ParameterException(
                    spec.commandLine(), "--regions must be 1 to " + MOST_REGIONS + ", not " + regions);
        }
        if (seconds < SHORTEST) {
            throw new ParameterException(
                    spec.commandLine(), "--seconds must be at least " + SHORTEST + ", not " + seconds);
        }
        if (keep != null && Files.exists(keep) && !isEmptyDirectory(keep)) {
            throw new ParameterException(spec.commandLine(), "--keep must name an empty directory, not " + keep);
        }
    }

    private static boolean isEmptyDirectory(Path path) {
        if (!Files.isDirectory(path)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(path)) {
            return entries.findAny().isEmpty();
        } catch (IOException e) {
            throw CommandFailure.failed("cannot be listed: " + path, e);
        }
    }
}
