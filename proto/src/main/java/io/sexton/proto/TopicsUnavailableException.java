package io.sexton.proto;

import org.jspecify.annotations.Nullable;

/**
 * The topics could not be made, read or described: no broker answered in time, access was denied, or what is there
 * contradicts what was asked for. The message is one line for people. Nothing is known about the topics' state.
 */
public final class TopicsUnavailableException extends RuntimeException {

    TopicsUnavailableException(String message) {
        super(message);
    }

    TopicsUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
