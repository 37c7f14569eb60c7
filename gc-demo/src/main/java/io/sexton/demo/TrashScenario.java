package io.sexton.demo;

import io.sexton.client.NoticeListener;
import io.sexton.client.SextonClient;
import io.sexton.client.Subscription;
import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.storage.Moved;
import io.sexton.deleter.storage.StorageProblemException;
import io.sexton.deleter.storage.TrashedFile;
import io.sexton.deleter.topology.BlockingCalls;
import io.sexton.deleter.topology.Restoration;
import io.sexton.proto.RegionId;
import io.sexton.v1.FilesDeleted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;

/**
 * A file restored from the trash by an operator, with the code of {@code sexton trash restore}. No manifest names it,
 * so it is an orphan, and goes to the trash again. Run by one thread.
 */
final class TrashScenario implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final CallGuard FREE = length -> Optional.empty();

    private final RegionId region;
    private final FileStore store;
    private final SextonClient client;
    private final LiveLine live;
    private final Set<String> gone = ConcurrentHashMap.newKeySet();
    private final Subscription notices;

    /** @param region one whose policy has the disposition TRASH */
    TrashScenario(RegionId region, FileStore store, SextonClient client, LiveLine live) throws InterruptedException {
        this.region = region;
        this.store = store;
        this.client = client;
        this.live = live;
        this.notices = client.notices().subscribe(region, new NoticeListener() {
            @Override
            public void onFilesDeleted(FilesDeleted notice) {
                gone.addAll(notice.getPathsList());
            }
        });
        notices.awaitReady(TIMEOUT);
    }

    /** Waits until there is something in the trash, and restores one file of it. */
    TrashedFile run() throws Exception {
        TrashedFile file = awaitTrashed();
        Restoration restoration = new Restoration(store, Restoration.Log.of(client));
        Moved moved = restoration
                .restore(BlockingCalls.of(client.locks()), region, List.of(file), LEASE, TIMEOUT)
                .getFirst()
                .moved();
        if (!(moved instanceof Moved.Done)) {
            throw new IllegalStateException(file.path() + " was not restored from the trash: " + moved);
        }
        live.print(region + "/" + file.path() + " was restored from the trash; it is in no manifest, and so an orphan");
        return file;
    }

    /** Returns all files in the trash. */
    List<TrashedFile> list() throws StorageProblemException, InterruptedException {
        List<TrashedFile> trashed = new ArrayList<>();
        store.trash().list(Optional.empty(), trashed::add, FREE);
        return trashed;
    }

    /** Waits for a file whose deletion Sexton has reported; before the report, the deletion is still in progress. */
    private TrashedFile awaitTrashed() throws StorageProblemException, InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (System.nanoTime() - deadline < 0) {
            Optional<TrashedFile> known = list().stream()
                    .filter(file -> file.root().region().equals(region))
                    .filter(file -> gone.contains(file.path().value()))
                    .findFirst();
            if (known.isPresent()) {
                return known.get();
            }
            Thread.sleep(200);
        }
        throw new TimeoutException("nothing came into the trash of " + region + " for " + TIMEOUT.toSeconds() + " s");
    }

    @Override
    public void close() {
        notices.close();
    }
}
