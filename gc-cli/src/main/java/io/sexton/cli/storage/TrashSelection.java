package io.sexton.cli.storage;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.storage.StorageProblemException;
import io.sexton.deleter.storage.TrashedFile;
import io.sexton.proto.RegionId;
import io.sexton.service.CommandFailure;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that select files in the trash. */
final class TrashSelection {

    /** No limit: only the operator ends what a command does to the trash. */
    static final CallGuard FREE = length -> Optional.empty();

    @Option(
            names = "--path-prefix",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "Only files whose path begins so.")
    private String pathPrefix = "";

    @Option(names = "--command", paramLabel = "ID", description = "Only files that this command has put there.")
    private @Nullable String command;

    /** @throws CommandFailure if the trash cannot be listed */
    List<TrashedFile> in(String name, FileStore store, Optional<RegionId> region) throws InterruptedException {
        List<TrashedFile> files = new ArrayList<>();
        try {
            store.trash().list(region, file -> addIfMeant(file, files), FREE);
        } catch (StorageProblemException e) {
            throw CommandFailure.failed("the trash of store '" + name + "' cannot be listed: " + e.detail(), e);
        }
        return files;
    }

    private void addIfMeant(TrashedFile file, List<TrashedFile> files) {
        if (file.path().value().startsWith(pathPrefix)
                && (command == null || command.equals(file.command().id()))) {
            files.add(file);
        }
    }

    /** Reports that a region has no files to list or restore, because its name is more often misspelt. */
    static void reportEmpty(RegionId region, PrintWriter err) {
        err.println("nothing in the trash of region " + region);
        err.flush();
    }

    static RegionId region(String text) {
        RegionId.problemWith(text).ifPresent(problem -> {
            throw CommandFailure.usage("REGION " + problem);
        });
        return RegionId.of(text);
    }
}
