package io.sexton.locks.core;

/** How a request for a lock ended. */
record Ending(FencingToken token, How how) {
    sealed interface How {
        record Released() implements How {}

        record Expired() implements How {}

        record Rejected(String reason) implements How {}
    }
}
