package io.sexton.demo.proof;

import io.sexton.deleter.storage.TrashedFile;
import io.sexton.demo.database.StoredTable;
import io.sexton.demo.proof.Condemnations.Name;
import io.sexton.v1.Disposition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * Files deleted from a region with disposition TRASH are in the trash, unchanged and once; and a file that was restored
 * from there was an orphan in the region, and went to the trash again.
 */
final class TrashProof {

    private final Map<Deletion, Condemned> deletions;
    private final Path store;
    private final List<TrashedFile> trash;
    private final List<TrashedFile> restored;
    private final List<String> violations = new ArrayList<>();

    /**
     * @param deletions the observed ones, and the command of each
     * @param store the directory of the store
     * @param trash all files in its trash
     * @param restored files restored from there before
     */
    TrashProof(Map<Deletion, Condemned> deletions, Path store, List<TrashedFile> trash, List<TrashedFile> restored) {
        this.deletions = deletions;
        this.store = store;
        this.trash = trash;
        this.restored = restored;
    }

    Verdict check() {
        Map<Name, Integer> gone = new HashMap<>();
        Map<Name, Long> sizes = new HashMap<>();
        deletions.forEach((deletion, command) -> {
            if (command.disposition() == Disposition.TRASH) {
                gone.merge(deletion.name(), 1, Integer::sum);
                sizes.put(deletion.name(), deletion.bytes());
            }
        });
        restored.forEach(file -> checkRestored(file, gone));
        Map<Name, Integer> there = new HashMap<>();
        trash.forEach(file -> there.merge(nameOf(file), 1, Integer::sum));
        Set<Name> all = new HashSet<>(gone.keySet());
        all.addAll(there.keySet());
        for (Name name : all) {
            if (!gone.getOrDefault(name, 0).equals(there.getOrDefault(name, 0))) {
                violations.add(name.region() + "/" + name.path() + " went " + gone.getOrDefault(name, 0)
                        + " times for good and is in the trash " + there.getOrDefault(name, 0) + " times");
            }
        }
        trash.forEach(file -> checkContent(file, sizes.get(nameOf(file))));
        if (trash.isEmpty()) {
            violations.add("nothing is in the trash, which proves nothing");
        }
        if (restored.isEmpty()) {
            violations.add("nothing was restored");
        }
        long bytes = trash.stream().mapToLong(file -> file.facts().sizeBytes()).sum();
        return new Verdict(
                "what went to the trash is there, whole, and what was restored was back until it went again",
                trash.size() + " files, " + Text.bytes(bytes) + " in the trash, each read to its end; "
                        + restored.size() + " restored",
                violations);
    }

    private void checkRestored(TrashedFile file, Map<Name, Integer> gone) {
        Name name = nameOf(file);
        if (gone.getOrDefault(name, 0) != 2) {
            violations.add(name.region() + "/" + name.path() + " was restored, but did not come back and go once more");
        }
        gone.merge(name, -1, Integer::sum);
        if (trash.stream().anyMatch(other -> other.key().equals(file.key()))) {
            violations.add(name.region() + "/" + name.path() + " was restored and is still where it was in the trash");
        }
    }

    private void checkContent(TrashedFile file, @Nullable Long seen) {
        if (seen != null && seen != file.facts().sizeBytes()) {
            violations.add(file.key() + " has " + file.facts().sizeBytes() + " bytes in the trash, and had " + seen);
        }
        try {
            StoredTable.read(store.resolve(file.key().value()), (key, value) -> {});
        } catch (RocksDBException | IOException e) {
            violations.add(file.key() + " cannot be read: " + e);
        }
    }

    private static Name nameOf(TrashedFile file) {
        return new Name(file.root().region().value(), file.path());
    }
}
