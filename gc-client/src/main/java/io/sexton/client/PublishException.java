package io.sexton.client;

import org.jspecify.annotations.Nullable;

/**
 * A record did not reach the log, or nobody can say whether it did, or it did but behind one that did not.
 *
 * <p>Unless the message says otherwise the outcome is unknown: the record may be in the log all the same. That is
 * never a reason to publish {@code WriteFailed} or {@code CompactionFailed}, nor to delete anything.
 */
public final class PublishException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param cause what the log said; null where it said nothing */
    public PublishException(String message, @Nullable Throwable cause) {
        super(cause == null ? message : message + ": " + cause.getMessage(), cause);
    }
}
