package io.sexton.deleter.archive;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.Deletion;
import io.sexton.deleter.core.Expectation;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.core.Treatment;
import io.sexton.deleter.storage.Archiver;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.storage.MemoryObjectStore;
import io.sexton.deleter.storage.ObjectKey;
import io.sexton.deleter.storage.ObjectStore;
import io.sexton.deleter.storage.RootShape;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** A region of checkpoint files in memory. */
public final class Checkpoints {

    public static final Instant DAY = Instant.parse("2026-01-01T00:00:00Z");
    public static final RegionRoot ROOT = new RegionRoot(RegionId.of("c1"), "c1");
    public static final CallGuard FREE = length -> Optional.empty();
    public static final Treatment.CommandName COMMAND = new Treatment.CommandName("0-9-0", DAY);

    public final MemoryObjectStore objects = new MemoryObjectStore(() -> DAY);

    public void put(String path, String json) {
        objects.put(ObjectKey.of("c1/" + path), json.getBytes(StandardCharsets.UTF_8), DAY);
    }

    /** Returns a checkpoint with ten values of two metrics, one of them of a child. */
    public static String checkpoint(Instant from, double first) {
        StringBuilder data = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            data.append(i == 0 ? "" : ",").append(first + i);
        }
        return """
                {"from": "%s", "to": "%s", "note": [1, {"x": 2}],
                 "metrics": {"cpu": {"frequency": 1000, "start": %d, "data": [%s]}},
                 "children": {"disk-0": {"metrics": {"io": {"frequency": "PT10S", "start": "%s", "data": [%s, null]}}}}}
                """.formatted(from, from.plusSeconds(10), from.toEpochMilli(), data, from, data);
    }

    public List<String> paths() {
        return objects.keys().stream()
                .map(key -> key.value().substring("c1/".length()))
                .toList();
    }

    public List<FileResult> archive(Archiver archiver) {
        return archive(objects, archiver, paths());
    }

    public static List<FileResult> archive(ObjectStore through, Archiver archiver, Collection<String> paths) {
        return archive(through, archiver, paths, COMMAND, FREE);
    }

    public static List<FileResult> archive(
            ObjectStore through,
            Archiver archiver,
            Collection<String> paths,
            Treatment.CommandName command,
            CallGuard guard) {
        FileStore store =
                new FileStore(through, RootShape.parse("{region}"), FileStore.DEFAULT_TRASH_RETENTION, archiver);
        List<Deletion> files = new ArrayList<>();
        paths.forEach(path -> files.add(new Deletion(FilePath.of(path), new Expectation(null, null, null, null))));
        return store.archiveMany(ROOT, files, command, guard);
    }
}
