package io.sexton.client;

/**
 * Is told what becomes of a pin. Called by the client's callback executor, one call at a time for each pin, in order.
 */
public interface PinListener {

    /** Ignores everything; for owners who ask {@link ReaderPin#isSure} before each use. */
    PinListener NONE = new PinListener() {};

    /**
     * The pin, sure until now, may no longer hold: stop reading what it protects, and do not commit. Unless it is
     * {@linkplain ReaderPin#isLost lost} the client goes on trying to regain it.
     */
    default void onUnsure(String why) {}

    /** The pin was accepted, or has been regained: it holds since the acceptance, and nothing that it names is gone. */
    default void onSure() {}

    /** The pin, or its change, was rejected. After a rejected change the earlier pin stays in force. */
    default void onRejected(PinAnswer.Rejected rejected) {}

    /** A heartbeat was not acknowledged; the next one is on its way, and {@link ReaderPin#isSure} still counts. */
    default void onHeartbeatFailed(PublishException failure) {}

    /** The temporary manifest is not watched over: the path is known as something else. */
    default void onTempManifestRejected(String detail) {}
}
