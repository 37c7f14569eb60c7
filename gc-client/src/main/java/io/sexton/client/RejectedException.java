package io.sexton.client;

import java.util.List;

/** The failure of a request that Sexton has read and not applied: a pin, or an event of an old epoch. */
public final class RejectedException extends SextonException {

    private static final long serialVersionUID = 1L;

    private final List<String> paths;

    /**
     * Creates the failure of a request.
     *
     * @param message the request and the reason of Sexton, for people
     * @param paths the paths because of which it was rejected
     */
    public RejectedException(String message, List<String> paths) {
        super(message, null);
        this.paths = List.copyOf(paths);
    }

    /**
     * Returns the paths because of which a pin by file list was rejected: they are condemned, deleted, or may be about to
     * be deleted. Empty for every other request. Sexton names at most 512 KiB of paths.
     */
    public List<String> paths() {
        return paths;
    }
}
