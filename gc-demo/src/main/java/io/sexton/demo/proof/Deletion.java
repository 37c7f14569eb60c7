package io.sexton.demo.proof;

import io.sexton.demo.proof.Condemnations.Name;
import java.time.Instant;

/**
 * A file that was seen to disappear from the store.
 *
 * @param bytes its last seen size
 * @param notBefore last time at which it existed
 * @param seenAt time at which it did not exist: it was deleted in between
 */
record Deletion(Name name, long bytes, Instant notBefore, Instant seenAt) {

    @Override
    public String toString() {
        return name.region() + "/" + name.path();
    }
}
