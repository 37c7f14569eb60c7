package io.sexton.deleter.topology;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.StorageCall;
import java.util.List;
import java.util.function.Consumer;

/** The port to the stores. Safe for use by any thread. */
@FunctionalInterface
public interface StorageCaller {

    /**
     * Makes a storage call.
     *
     * @param guard checked before each operation
     * @param done accepts one result for each file, in their order, whatever happens; called once, before this returns or
     *     later
     */
    void call(StorageCall call, CallGuard guard, Consumer<List<FileResult>> done);
}
