package io.sexton.client.pins;

import io.sexton.client.PublishException;
import io.sexton.client.RejectedException;

/**
 * A listener for changes of a pin. Called by the client's callback executor, one call at a time for each pin, in order.
 */
public interface PinListener {

    /** A listener that ignores all calls, for owners that call {@link ReaderPin#isSure} before each use. */
    PinListener NONE = new PinListener() {};

    /**
     * Called when a sure pin may no longer hold. Stop reading the pinned files, and do not commit. Unless the pin is
     * {@linkplain ReaderPin#isLost lost}, the client retries until it is accepted again.
     */
    default void onUnsure(String why) {}

    /**
     * Called when the pin was accepted, for the first time or again. It holds since then: no pinned file is condemned or
     * gone. After {@link #onUnsure}, a pin by file list holds paths, not what was read under them before: a path may have
     * been deleted and announced again in between. Open the files anew. A pin by version is accepted again only while
     * every file of the version is still what it was.
     */
    default void onSure() {}

    /** Called when the pin or its change was rejected. After a rejected change the earlier pin stays in force. */
    default void onRejected(RejectedException rejection) {}

    /** Called when a heartbeat was not acknowledged. The client retries, and {@link ReaderPin#isSure} stays exact. */
    default void onHeartbeatFailed(PublishException failure) {}

    /** Called when the temporary manifest was rejected, because the path has another state. It will not be deleted. */
    default void onTempManifestRejected(String detail) {}
}
