package io.sexton.client;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Ids that no other process, and no earlier run of this one, has used: the fold takes an id that it knows for a
 * repeat. Safe for use by any thread.
 */
final class Ids {

    private final String prefix;
    private final AtomicLong next = new AtomicLong();

    /** @param prefix that no other process start has */
    Ids(String prefix) {
        this.prefix = prefix;
    }

    static Ids fresh(String owner) {
        return new Ids(owner + "-" + Long.toHexString(new SecureRandom().nextLong()));
    }

    /** What all ids of this process start begin with; itself an id. */
    String prefix() {
        return prefix;
    }

    String next() {
        return prefix + "-" + next.incrementAndGet();
    }
}
