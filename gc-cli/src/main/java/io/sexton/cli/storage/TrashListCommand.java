package io.sexton.cli.storage;

import io.sexton.cli.NamesFiles;
import io.sexton.deleter.app.DeleterOptions;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.storage.TrashedFile;
import io.sexton.proto.RegionId;
import io.sexton.service.ExitCode;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The {@code sexton trash list} command. */
@Command(
        name = "list",
        header = "Lists what lies in the trash.",
        description = "One line a file, separated by tabs: store, region, command, when it was condemned, until when it"
                + " can be restored, bytes, path.")
final class TrashListCommand implements Callable<Integer>, NamesFiles {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final StoreOptions storeOptions = new StoreOptions();

    @Mixin
    private final TrashSelection selection = new TrashSelection();

    @Parameters(paramLabel = "REGION", arity = "0..1", description = "Only files of this region.")
    private @Nullable String region;

    @Override
    public Integer call() throws InterruptedException {
        DeleterOptions deleter = storeOptions.deleter();
        Optional<RegionId> wanted = Optional.ofNullable(region).map(TrashSelection::region);
        PrintWriter out = spec.commandLine().getOut();
        boolean nothing = true;
        for (Map.Entry<String, FileStore> each : storeOptions.stores(deleter).entrySet()) {
            for (TrashedFile file : selection.in(each.getKey(), each.getValue(), wanted)) {
                nothing = false;
                out.println(String.join(
                        "\t",
                        each.getKey(),
                        file.root().region().value(),
                        file.command().id(),
                        file.command().decidedAt().toString(),
                        file.command()
                                .decidedAt()
                                .plus(each.getValue().trash().retention())
                                .toString(),
                        Long.toString(file.facts().sizeBytes()),
                        file.path().value()));
            }
        }
        out.flush();
        if (nothing && wanted.isPresent()) {
            TrashSelection.reportEmpty(wanted.get(), spec.commandLine().getErr());
        }
        return ExitCode.DONE;
    }
}
