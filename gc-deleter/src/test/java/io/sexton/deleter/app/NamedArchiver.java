package io.sexton.deleter.app;

import io.sexton.deleter.storage.Archiver;
import io.sexton.deleter.storage.ArchiverProvider;

/** An archive of a third party, as the service loader finds it: keeps nothing. */
public final class NamedArchiver implements ArchiverProvider {

    static final String KIND = "of-a-third-party";

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Archiver open(Settings settings) {
        return (objects, root, files, command, guard) -> files.stream()
                .map(file -> (Archiver.Archived) new Archiver.Archived.NotKept("keeps nothing"))
                .toList();
    }
}
