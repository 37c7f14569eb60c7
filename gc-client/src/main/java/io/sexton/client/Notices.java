package io.sexton.client;

import io.sexton.proto.RegionId;
import io.sexton.v1.Notice;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands notices to databases. Safe for use by any thread. */
public final class Notices {

    private static final Logger LOG = LoggerFactory.getLogger(Notices.class);
    /** How many notices one slow listener may have waiting before some are left out. */
    private static final int MAX_BACKLOG = 10_000;

    private final NoticeRouter router;
    private final Executor callbacks;

    Notices(NoticeRouter router, Executor callbacks) {
        this.router = router;
        this.callbacks = callbacks;
    }

    /** Hands the region's notices over, from now on. */
    public Subscription subscribe(RegionId region, NoticeListener listener) {
        NoticeRouter.Following following = router.follow(region, new Delivery(listener, new SerialExecutor(callbacks)));
        return new Subscription() {
            @Override
            public void awaitReady(Duration timeout) throws InterruptedException {
                following.awaitReady(timeout);
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
        /** Only the reading thread uses it. */
        private boolean leavingOut;

        Delivery(NoticeListener listener, SerialExecutor queue) {
            this.listener = listener;
            this.queue = queue;
        }

        @Override
        public void notice(LogPosition at, Notice notice) {
            if (queue.backlog() < MAX_BACKLOG) {
                leavingOut = false;
                queue.execute(() -> call(notice));
            } else if (!leavingOut) {
                leavingOut = true;
                gap("the listener has " + MAX_BACKLOG + " notices waiting");
            }
        }

        @Override
        public void gap(String why) {
            // Beyond the bound only such calls wait: the last of them, not made yet, stands for this one, too.
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
                case PIN_VERDICT, NOTICE_NOT_SET -> LOG.warn("A notice says nothing this version knows; upgrade");
            }
        }
    }
}
