package io.sexton.client;

import org.jspecify.annotations.Nullable;

/**
 * The failure to publish a record: it did not reach the log, its outcome is unknown, or it is in the log after a record
 * that did not reach it.
 *
 * <p>Unless the message states otherwise, the outcome is unknown: the record may be in the log. That is never a reason
 * to publish {@code WriteFailed} or {@code CompactionFailed}, nor to delete anything.
 */
public final class PublishException extends SextonException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the failure of a record.
     *
     * @param message what is known of the record, for people
     * @param cause the failure of the log; null if there is none
     */
    public PublishException(String message, @Nullable Throwable cause) {
        super(cause == null ? message : message + ": " + cause.getMessage(), cause);
    }
}
