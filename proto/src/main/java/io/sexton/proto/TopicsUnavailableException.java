package io.sexton.proto;

import org.jspecify.annotations.Nullable;

/**
 * The failure to create, read or describe the topics: no broker answered in time, access was denied, or existing topics
 * contradict the request. The message is one line for people. The state of the topics is unknown.
 */
public final class TopicsUnavailableException extends RuntimeException {

    TopicsUnavailableException(String message) {
        super(message);
    }

    TopicsUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
