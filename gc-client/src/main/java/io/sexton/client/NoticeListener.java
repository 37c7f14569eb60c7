package io.sexton.client;

import io.sexton.v1.ApprovalNeeded;
import io.sexton.v1.DeletionStuck;
import io.sexton.v1.EventRejected;
import io.sexton.v1.FilesDeleted;
import io.sexton.v1.InventoryDoubted;
import io.sexton.v1.ManifestConflict;
import io.sexton.v1.MissingFile;
import io.sexton.v1.ReferenceVerdict;
import io.sexton.v1.SnapshotRequested;

/**
 * Is told what a database should know of a region. Called by the client's callback executor, one call at a time for
 * each subscription, in log order.
 *
 * <p>A notice is a hint and never the only evidence: those from before the subscription, and those that a
 * {@link #onMissed} stands for, are not handed over.
 */
public interface NoticeListener {

    /** These files are physically gone: trim them from lists of one's own. */
    default void onFilesDeleted(FilesDeleted notice) {}

    /** Something waits for a snapshot of at least this version: publish one, soon. Repeated hourly. */
    default void onSnapshotRequested(SnapshotRequested notice) {}

    /** A file was made live that was condemned already. It may be gone: look, and do not rely on it until then. */
    default void onManifestConflict(ManifestConflict notice) {}

    /** An event, or one path of it, was not applied. */
    default void onEventRejected(EventRejected notice) {}

    /** So many files wait for an operator's approval. */
    default void onApprovalNeeded(ApprovalNeeded notice) {}

    /** A live file is missing in the store. */
    default void onMissingFile(MissingFile notice) {}

    /** An inventory contradicts what is known of the region, and proves nothing until an approval accepts it. */
    default void onInventoryDoubted(InventoryDoubted notice) {}

    /** A file cannot be deleted. */
    default void onDeletionStuck(DeletionStuck notice) {}

    /** What became of an edit of references. */
    default void onReferenceVerdict(ReferenceVerdict notice) {}

    /** Notices may have been missed, because reading was interrupted for too long or this listener is too slow. */
    default void onMissed(String why) {}
}
