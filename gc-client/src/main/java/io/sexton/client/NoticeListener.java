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
 * A listener for the notices of a region. Called by the client's callback executor, one call at a time for each
 * subscription, in log order.
 *
 * <p>A notice is a hint and never the only evidence. Notices from before the subscription, and those that
 * {@link #onMissed} replaces, are not delivered.
 */
public interface NoticeListener {

    /** Called when files were physically deleted. Remove them from any list that names them. */
    default void onFilesDeleted(FilesDeleted notice) {}

    /** Called when a decision needs a snapshot of at least this version. Publish one soon. Repeated hourly. */
    default void onSnapshotRequested(SnapshotRequested notice) {}

    /** Called when an edit made a condemned file live. The file may be deleted: check that it exists before any use. */
    default void onManifestConflict(ManifestConflict notice) {}

    /** Called when an event, or one path of it, was not applied. */
    default void onEventRejected(EventRejected notice) {}

    /** Called when files wait for an operator's approval. */
    default void onApprovalNeeded(ApprovalNeeded notice) {}

    /** Called when a live file is missing in the store. */
    default void onMissingFile(MissingFile notice) {}

    /** Called when an inventory contradicts the state of the region. It proves nothing until an approval accepts it. */
    default void onInventoryDoubted(InventoryDoubted notice) {}

    /** Called when a file cannot be deleted. */
    default void onDeletionStuck(DeletionStuck notice) {}

    /** Called with the result of an edit of references. */
    default void onReferenceVerdict(ReferenceVerdict notice) {}

    /**
     * Called when notices may have been missed, because reading was interrupted for too long or this listener is too
     * slow.
     */
    default void onMissed(String why) {}
}
