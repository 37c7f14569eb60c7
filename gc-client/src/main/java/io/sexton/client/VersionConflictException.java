package io.sexton.client;

/**
 * The failure of an edit or a snapshot whose manifest version does not fit to the one that is published.
 *
 * <p>An edit that does not follow the one published before it was not sent. Publish the edits that were committed in
 * between first, and then this one; if that is impossible, {@link RegionWriter#reopen} declares the gap. A snapshot of a
 * manifest that has changed after each announcement has no last chunk: stop commits for a moment, or return the announced
 * version, and publish it again.
 */
public final class VersionConflictException extends SextonException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the failure of an edit or a snapshot.
     *
     * @param message both versions, for people
     */
    public VersionConflictException(String message) {
        super(message, null);
    }
}
