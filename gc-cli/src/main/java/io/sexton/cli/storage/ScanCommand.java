package io.sexton.cli.storage;

import io.sexton.cli.NamesFiles;
import io.sexton.cli.Progress;
import io.sexton.client.PublishException;
import io.sexton.client.SextonClient;
import io.sexton.deleter.app.DeleterOptions;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.topology.RegionScanner;
import io.sexton.proto.RegionId;
import io.sexton.service.CommandFailure;
import io.sexton.service.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The {@code sexton scan} command. */
@Command(
        name = "scan",
        header = "Lists a region's root and publishes what lies there, as an inventory.",
        description = "Under the region's lock in mode SHARED, which is released and acquired again when another client"
                + " requests the region. If a page cannot be listed, the inventory stays without its end, and no file counts"
                + " as missing. A name that is not UTF-8 or not valid in a path is counted; its file stays.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the inventory is complete",
            "2:the command line or the configuration is wrong",
            "3:the inventory is not complete; or no database has opened the region, and nothing was listed; or the locale is"
                    + " not UTF-8"
        })
public final class ScanCommand implements Callable<Integer>, NamesFiles {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final StoreOptions storeOptions = new StoreOptions();

    @Option(
            names = "--root",
            paramLabel = "PATH",
            description = "The region's root in the store. Needed where the store's root-shape does not determine it.")
    private @Nullable String root;

    @Parameters(paramLabel = "REGION", description = "Which region.")
    @SuppressWarnings("NullAway.Init") // required
    private String region;

    @Override
    public Integer call() throws InterruptedException {
        RegionId wanted = TrashSelection.region(region);
        DeleterOptions deleter = storeOptions.deleter();
        Map<String, FileStore> stores = storeOptions.stores(deleter);
        if (stores.size() != 1) {
            throw CommandFailure.usage("--store: which of " + stores.keySet() + "?");
        }
        FileStore store = stores.values().iterator().next();
        RegionRoot place = Optional.ofNullable(root)
                .map(given -> new RegionRoot(wanted, given))
                .or(() -> store.rootOf(wanted))
                .orElseThrow(() ->
                        CommandFailure.usage("--root: the store's root-shape does not determine the region's root"));
        PrintWriter out = spec.commandLine().getOut();
        try (SextonClient client = storeOptions.openClient(deleter)) {
            requireOpened(deleter, wanted);
            RegionScanner.Scanned scanned = deleter.scanner(client).scan(store, place, TrashSelection.FREE);
            out.println(wanted + ": " + scanned.files() + " files, " + scanned.bytes() + " bytes");
            scanned.unrepresentable().report().ifPresent(report -> out.println(wanted + ": " + report));
            out.flush();
            return ExitCode.DONE;
        } catch (IOException | PublishException e) {
            throw CommandFailure.because("the inventory of region " + wanted + " is not complete", e);
        }
    }

    /**
     * Refuses a region that was never opened. An inventory of a misspelt region would be an empty one, and complete.
     */
    private void requireOpened(DeleterOptions deleter, RegionId wanted) {
        PrintWriter err = spec.commandLine().getErr();
        switch (history(deleter, wanted, err)) {
            case RegionHistory.Opened opened -> {}
            case RegionHistory.NeverOpened never ->
                throw CommandFailure.failed(
                        "no database has opened region " + wanted + ": gc.events has no RegionOpened of it, so nothing"
                                + " was listed or published; is REGION spelt as its database spells it?",
                        null);
            case RegionHistory.Incomplete incomplete -> {
                err.println(
                        "no record of region " + wanted + " in gc.events, of which Kafka has dropped what was before"
                                + " offset " + incomplete.firstOffset() + ": the region may never have been opened");
                err.flush();
            }
        }
    }

    private static RegionHistory history(DeleterOptions deleter, RegionId wanted, PrintWriter err) {
        try {
            return RegionHistory.search(
                    deleter.kafkaClient(), wanted, new Progress(err, "records of gc.events searched"));
        } catch (KafkaException e) {
            throw CommandFailure.because(
                    "cannot read from gc.events whether region " + wanted
                            + " was ever opened, so nothing was listed or published; check that the brokers answer",
                    e);
        }
    }
}
