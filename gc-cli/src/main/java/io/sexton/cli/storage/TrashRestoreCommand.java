package io.sexton.cli.storage;

import io.sexton.cli.NamesFiles;
import io.sexton.client.LockUnavailableException;
import io.sexton.client.SextonClient;
import io.sexton.deleter.app.DeleterOptions;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.storage.Moved;
import io.sexton.deleter.storage.TrashedFile;
import io.sexton.deleter.topology.BlockingCalls;
import io.sexton.deleter.topology.Restoration;
import io.sexton.proto.RegionId;
import io.sexton.service.CommandFailure;
import io.sexton.service.ExitCode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The {@code sexton trash restore} command. */
@Command(
        name = "restore",
        header = "Moves files of a region from the trash back to where they lay.",
        description = "Takes the region's lock in mode EXCLUSIVE, announces each file in gc.events and moves it. Where"
                + " another file lies by now it stays, and the one in the trash too. A restored file belongs to no"
                + " manifest: take it into one, or it is collected again after the orphan linger.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all were restored",
            "2:the command line or the configuration is wrong",
            "3:some were not, or the lock was not acquired"
        })
final class TrashRestoreCommand implements Callable<Integer>, NamesFiles {

    private static final Duration LEASE = Duration.ofSeconds(60);

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final StoreOptions storeOptions = new StoreOptions();

    @Mixin
    private final TrashSelection selection = new TrashSelection();

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long to wait for the region's lock. Default: ${DEFAULT-VALUE}.")
    private int waitSeconds;

    @Parameters(paramLabel = "REGION", description = "Whose files.")
    @SuppressWarnings("NullAway.Init") // required
    private String region;

    @Override
    public Integer call() throws InterruptedException {
        RegionId wanted = TrashSelection.region(region);
        DeleterOptions deleter = storeOptions.deleter();
        PrintWriter out = spec.commandLine().getOut();
        boolean all = true;
        boolean nothing = true;
        try (SextonClient client = storeOptions.openClient(deleter)) {
            for (Map.Entry<String, FileStore> each :
                    storeOptions.stores(deleter).entrySet()) {
                List<TrashedFile> files = selection.in(each.getKey(), each.getValue(), Optional.of(wanted));
                if (!files.isEmpty()) {
                    nothing = false;
                    all &= restore(client, each.getValue(), wanted, files, out);
                }
            }
        }
        out.flush();
        if (nothing) {
            TrashSelection.reportEmpty(wanted, spec.commandLine().getErr());
        }
        return all ? ExitCode.DONE : ExitCode.FAILED;
    }

    private boolean restore(
            SextonClient client, FileStore store, RegionId wanted, List<TrashedFile> files, PrintWriter out)
            throws InterruptedException {
        Restoration restoration = new Restoration(store, Restoration.Log.of(client));
        List<Restoration.Restored> restored;
        try {
            restored = restoration.restore(
                    BlockingCalls.of(client.locks()), wanted, files, LEASE, Duration.ofSeconds(waitSeconds));
        } catch (LockUnavailableException e) {
            throw CommandFailure.failed("the lock of region " + wanted + " was not acquired: " + e.getMessage(), e);
        }
        restored.forEach(each -> out.println(each.file().path() + ": " + describe(each.moved())));
        return restored.stream().allMatch(each -> each.moved() instanceof Moved.Done);
    }

    private static String describe(Moved moved) {
        return switch (moved) {
            case Moved.Done done -> "restored, " + done.sizeBytes() + " bytes";
            case Moved.Absent absent -> "no longer in the trash";
            case Moved.Changed changed -> "not restored: " + changed.detail();
            case Moved.Taken taken -> "not restored: " + taken.detail();
            case Moved.Refused refused -> "not restored: " + refused.detail();
            case Moved.TooYoung young -> "not restored: " + young.verdict().detail();
            case Moved.Withheld withheld -> "not restored: " + withheld.detail();
            case Moved.Unknown unknown -> "not known to be restored: " + unknown.detail();
        };
    }
}
