package io.sexton.client;

import io.sexton.client.internal.ClientParts;
import io.sexton.client.internal.Futures;
import io.sexton.client.internal.NoticeRouter;
import io.sexton.client.internal.SerialExecutor;
import io.sexton.client.internal.Threads;
import io.sexton.client.spi.Deadline;
import io.sexton.proto.RegionId;
import io.sexton.v1.Notice;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The source of notices for databases. Safe for use by any thread. */
public final class Notices {

    private static final Logger LOG = LoggerFactory.getLogger(Notices.class);
    /** Maximum number of notices that wait for one slow listener. Beyond it notices are dropped. */
    private static final int MAX_BACKLOG = 10_000;

    private final ClientParts parts;

    Notices(ClientParts parts) {
        this.parts = parts;
    }

    /** Passes the region's notices to the listener from now on, until the subscription is closed. */
    public Subscription subscribe(RegionId region, NoticeListener listener) {
        Threads threads = parts.threads();
        NoticeRouter.Following following =
                parts.notices().follow(region, new Delivery(listener, new SerialExecutor(threads.callbacks())));
        return new Subscription() {
            @Override
            public void awaitReady(Duration timeout) throws InterruptedException {
                following.awaitReady(timeout);
            }

            @Override
            public CompletableFuture<Void> awaitReadyAsync(Duration timeout) {
                Deadline deadline = Deadline.after(parts.clock().nanoTime(), timeout);
                return Futures.completedBy(threads.callbacks(), following.readyBefore(deadline, threads.timers()));
            }

            @Override
            public void close() {
                following.close();
            }
        };
    }

    private static final class Delivery implements NoticeRouter.Handler {
        private final NoticeListener listener;
        private final SerialExecutor queue;
        /** Used by the reading thread only. */
        private boolean dropping;

        Delivery(NoticeListener listener, SerialExecutor queue) {
            this.listener = listener;
            this.queue = queue;
        }

        @Override
        public void notice(LogPosition at, Notice notice) {
            if (queue.backlog() < MAX_BACKLOG) {
                dropping = false;
                queue.execute(() -> call(notice));
            } else if (!dropping) {
                dropping = true;
                gap("the listener has " + MAX_BACKLOG + " notices waiting");
            }
        }

        @Override
        public void gap(String why) {
            // Beyond the bound the last waiting call is such a call, and covers this gap, too.
            if (queue.backlog() <= MAX_BACKLOG) {
                queue.execute(() -> listener.onMissed(why));
            }
        }

        private void call(Notice notice) {
            switch (notice.getNoticeCase()) {
                case SNAPSHOT_REQUESTED -> listener.onSnapshotRequested(notice.getSnapshotRequested());
                case MANIFEST_CONFLICT -> listener.onManifestConflict(notice.getManifestConflict());
                case FILES_DELETED -> listener.onFilesDeleted(notice.getFilesDeleted());
                case EVENT_REJECTED -> listener.onEventRejected(notice.getEventRejected());
                case APPROVAL_NEEDED -> listener.onApprovalNeeded(notice.getApprovalNeeded());
                case MISSING_FILE -> listener.onMissingFile(notice.getMissingFile());
                case DELETION_STUCK -> listener.onDeletionStuck(notice.getDeletionStuck());
                case REFERENCE_VERDICT -> listener.onReferenceVerdict(notice.getReferenceVerdict());
                case INVENTORY_DOUBTED -> listener.onInventoryDoubted(notice.getInventoryDoubted());
                case PIN_VERDICT, NOTICE_NOT_SET ->
                    LOG.warn("A notice has a kind that this version does not know: ignored; upgrade the client");
            }
        }
    }
}
