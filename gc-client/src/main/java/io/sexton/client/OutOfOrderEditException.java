package io.sexton.client;

/**
 * A manifest edit that does not follow the one published before it. Nothing was sent. Edits that were committed in
 * between must be published first. If that is impossible, {@link RegionWriter#reopen} declares the gap.
 */
public final class OutOfOrderEditException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    OutOfOrderEditException(String message) {
        super(message);
    }
}
