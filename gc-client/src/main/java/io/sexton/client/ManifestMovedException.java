package io.sexton.client;

/**
 * The failure of a snapshot because the manifest changed after every announcement. No complete snapshot was published.
 */
public final class ManifestMovedException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    ManifestMovedException(String message) {
        super(message);
    }
}
