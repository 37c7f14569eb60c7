package io.sexton.client;

/**
 * A manifest edit does not follow the one published before it. Nothing was sent. Edits that were committed in between
 * have to be published first; where they cannot be, {@link RegionWriter#reopen} declares the gap.
 */
public final class OutOfOrderEditException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    OutOfOrderEditException(String message) {
        super(message);
    }
}
