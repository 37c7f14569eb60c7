package io.sexton.client;

import io.sexton.v1.EventRejected;

/** The rejection of an event: Sexton has read it and did not apply it. */
public final class EventRejectedException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    EventRejectedException(EventRejected rejection) {
        super("the event at offset " + rejection.getOffset() + " was rejected: " + rejection.getDetail());
    }
}
