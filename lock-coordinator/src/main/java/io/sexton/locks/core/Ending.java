package io.sexton.locks.core;

/** The end of a request for a lock. */
record Ending(FencingToken token, Kind kind) {
    sealed interface Kind {
        record Released() implements Kind {}

        record Expired() implements Kind {}

        record Rejected(String reason) implements Kind {}
    }
}
