package io.sexton.demo.proof;

import io.sexton.demo.database.Region;
import io.sexton.proto.FilePath;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** I1 and I6: the store holds exactly the files that RocksDB itself lists as live, byte by byte, and nothing else. */
final class StoreProof {

    private final List<Region> regions;
    private final List<String> violations = new ArrayList<>();
    private int compared;
    private long bytes;

    StoreProof(List<Region> regions) {
        this.regions = regions;
    }

    Verdict check() throws IOException {
        for (Region region : regions) {
            check(region);
        }
        if (compared == 0) {
            violations.add("no region has any file, which proves nothing");
        }
        return new Verdict(
                "the store holds exactly the live files of RocksDB, and nothing else",
                compared + " files, " + Text.bytes(bytes) + " compared",
                violations);
    }

    private void check(Region region) throws IOException {
        NavigableSet<FilePath> live =
                region.liveFiles().stream().map(FilePath::of).collect(Collectors.toCollection(TreeSet::new));
        NavigableSet<FilePath> stored = region.shared().storedFiles();
        for (FilePath path : live) {
            if (!stored.contains(path)) {
                violations.add(region.shared().id() + "/" + path + " is live and not in the store");
            } else if (Files.mismatch(
                            region.local(path.value()), region.shared().store().resolve(path))
                    >= 0) {
                violations.add(region.shared().id() + "/" + path + " is not the same in the store as in RocksDB");
            } else {
                compared++;
                bytes += Files.size(region.shared().store().resolve(path));
            }
        }
        stored.stream()
                .filter(path -> !live.contains(path))
                .forEach(path ->
                        violations.add(region.shared().id() + "/" + path + " is garbage and still in the store"));
    }
}
