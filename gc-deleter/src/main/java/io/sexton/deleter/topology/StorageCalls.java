package io.sexton.deleter.topology;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.StorageCall;
import io.sexton.deleter.storage.FileStore;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The stores that this deleter is configured with. */
final class StorageCalls implements DeleterEngine.Storage {

    private static final Logger LOG = LoggerFactory.getLogger(StorageCalls.class);

    private final Map<String, FileStore> stores;
    private final DeleterMetrics metrics;

    StorageCalls(Map<String, FileStore> stores, DeleterMetrics metrics) {
        this.stores = Map.copyOf(stores);
        this.metrics = metrics;
    }

    @Override
    public void call(StorageCall call, CallGuard guard, Consumer<List<FileResult>> done) {
        done.accept(make(call, guard));
    }

    /** Makes the call, and returns one result for each file, whatever happens. */
    List<FileResult> make(StorageCall call, CallGuard guard) {
        long began = System.nanoTime();
        List<FileResult> results = resultsOf(call, guard);
        metrics.called(Duration.ofNanos(System.nanoTime() - began), results);
        return results;
    }

    private List<FileResult> resultsOf(StorageCall call, CallGuard guard) {
        FileStore store = stores.get(call.store());
        if (store == null) {
            LOG.error(
                    "Store '{}', which commands of region {} name, is not configured here: their files stay. Configured"
                            + " are {}",
                    call.store(),
                    call.root().region(),
                    stores.keySet());
            metrics.unknownStore();
            return all(call, FileResult.withheld("this deleter has no store '" + call.store() + "'"));
        }
        try {
            return store.treat(call.root(), call.files(), call.treatment(), guard);
        } catch (RuntimeException | Error e) {
            // WARNING: unknown, never absence (I5). An error, such as a class that is missing, must end in a result,
            // too:
            // else the call counts as under way for ever, and nothing is done for its region again.
            LOG.error(
                    "Store '{}' failed with an error that no store may throw: the files of the call are retryable",
                    call.store(),
                    e);
            return all(call, FileResult.retryable("the store failed: " + e));
        }
    }

    private static List<FileResult> all(StorageCall call, FileResult result) {
        return Collections.nCopies(call.files().size(), result);
    }
}
