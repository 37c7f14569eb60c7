package io.sexton.service;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A stack of resources, closed in reverse order even if some fail to close. Used by one thread. */
public final class Cleanup implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Cleanup.class);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    /** Adds a resource to close with the others. */
    public <T extends AutoCloseable> T add(T resource) {
        opened.push(resource);
        return resource;
    }

    @Override
    public void close() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                LOG.warn("could not be closed in good order: {}", e.toString());
            }
        }
    }
}
