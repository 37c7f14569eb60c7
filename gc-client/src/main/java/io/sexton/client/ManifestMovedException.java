package io.sexton.client;

/** The manifest changed faster than a snapshot of it could be announced. No complete snapshot was published. */
public final class ManifestMovedException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    ManifestMovedException(String message) {
        super(message);
    }
}
