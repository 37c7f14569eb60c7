package io.sexton.cli.storage;

import io.sexton.cli.NamesFiles;
import io.sexton.deleter.app.DeleterOptions;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.storage.StorageProblemException;
import io.sexton.deleter.storage.Trash;
import io.sexton.deleter.topology.LogTime;
import io.sexton.service.CommandFailure;
import io.sexton.service.ExitCode;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The {@code sexton trash purge} command. */
@Command(
        name = "purge",
        header = "Deletes for good what has been in the trash for longer than its retention.",
        description =
                "What a running gc-deleter does from time to time. Time is the earlier of this machine's clock and"
                        + " the last record of gc.events, so a clock that runs ahead purges nothing early.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all that was old enough is gone",
            "2:the configuration is wrong",
            "3:some of it could not be deleted or listed, or the brokers do not answer"
        })
final class TrashPurgeCommand implements Callable<Integer>, NamesFiles {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final StoreOptions storeOptions = new StoreOptions();

    @Override
    public Integer call() throws InterruptedException {
        DeleterOptions deleter = storeOptions.deleter();
        PrintWriter out = spec.commandLine().getOut();
        Instant now = now(deleter);
        int failed = 0;
        for (Map.Entry<String, FileStore> each : storeOptions.stores(deleter).entrySet()) {
            Trash.Purged purged;
            try {
                purged = each.getValue().trash().purge(now, TrashSelection.FREE);
            } catch (StorageProblemException e) {
                throw CommandFailure.failed("store '" + each.getKey() + "': " + e.detail(), e);
            }
            failed += purged.failed();
            out.println(each.getKey() + ": " + purged.files() + " files, " + purged.bytes() + " bytes purged; "
                    + purged.failed() + " could not be");
        }
        out.flush();
        return failed == 0 ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static Instant now(DeleterOptions deleter) throws InterruptedException {
        try {
            return new LogTime(deleter.kafkaClient(), deleter.namespace()).now();
        } catch (IllegalStateException e) {
            throw e.getCause() == null
                    ? CommandFailure.failed(String.valueOf(e.getMessage()), e)
                    : CommandFailure.because("cannot read the time of the brokers", e.getCause());
        }
    }
}
