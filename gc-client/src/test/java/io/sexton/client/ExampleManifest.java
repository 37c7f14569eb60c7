package io.sexton.client;

import io.sexton.proto.FilePath;
import io.sexton.v1.FileRef;
import io.sexton.v1.ManifestEdit;
import java.util.List;
import java.util.TreeSet;

/** The manifest of the example database: the files and the version of a region. */
final class ExampleManifest {

    private final TreeSet<FilePath> live = new TreeSet<>();
    private long version;

    /** Commits a change and returns the edit to publish. */
    synchronized ManifestEdit commit(List<FilePath> added, List<FilePath> removed) {
        live.addAll(added);
        removed.forEach(live::remove);
        version++;
        return ManifestEdit.newBuilder()
                .setBaseVersion(version - 1)
                .setVersion(version)
                .addAllAdded(added.stream().map(ExampleManifest::file).toList())
                .addAllRemoved(removed.stream().map(FilePath::value).toList())
                .build();
    }

    synchronized long version() {
        return version;
    }

    synchronized List<FilePath> files() {
        return List.copyOf(live);
    }

    synchronized ManifestContents contents() {
        return new ManifestContents(
                version, live.stream().map(ExampleManifest::file).toList());
    }

    static FileRef file(FilePath path) {
        return FileRef.newBuilder().setPath(path.value()).build();
    }
}
