package io.sexton.demo.proof;

import io.sexton.demo.proof.Condemnations.Name;
import java.time.Instant;

/**
 * A file that was seen to be gone from the store.
 *
 * @param bytes its size when it was seen last
 * @param notBefore when it was still there
 * @param seenAt when it was there no more: it went in between
 */
record Deletion(Name name, long bytes, Instant notBefore, Instant seenAt) {

    @Override
    public String toString() {
        return name.region() + "/" + name.path();
    }
}
