package io.sexton.client.internal;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A generator of ids that are unique among all processes and earlier runs of this one, because the fold treats a known
 * id as a repeat. Safe for use by any thread.
 */
public final class Ids {

    private final String prefix;
    private final AtomicLong next = new AtomicLong();

    /** @param prefix a prefix that no other process start has */
    Ids(String prefix) {
        this.prefix = prefix;
    }

    static Ids fresh(String owner) {
        return new Ids(owner + "-" + Long.toHexString(new SecureRandom().nextLong()));
    }

    /** Returns the prefix of all ids of this process start, which is itself an id. */
    String prefix() {
        return prefix;
    }

    public String next() {
        return prefix + "-" + next.incrementAndGet();
    }
}
