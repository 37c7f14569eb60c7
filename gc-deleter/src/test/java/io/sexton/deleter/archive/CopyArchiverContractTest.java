package io.sexton.deleter.archive;

import io.sexton.deleter.storage.Archiver;
import io.sexton.deleter.storage.MemoryObjectStore;
import java.util.List;

final class CopyArchiverContractTest extends ArchiverContract {
    private static final String DIRECTORY = "r-c1/1767225600000-0-9-0/c1/";

    private final MemoryObjectStore target = new MemoryObjectStore(() -> Checkpoints.DAY);

    @Override
    protected Archiver archiver() {
        return new CopyArchiver(target);
    }

    @Override
    protected List<String> kept() {
        return target.keys().stream()
                .map(key -> key.value().substring(DIRECTORY.length()))
                .toList();
    }
}
