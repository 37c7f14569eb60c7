package io.sexton.client;

import io.sexton.v1.ManifestEdit;

/**
 * The chain of manifest versions as far as it was published (design, section 5, "Versions"). Catches at the producer
 * what would be a gap, or be ignored as a duplicate, in the fold.
 *
 * <p>Not safe for use by several threads.
 */
final class ManifestChain {

    private long version;

    ManifestChain(long version) {
        this.version = version;
    }

    long version() {
        return version;
    }

    /** @throws OutOfOrderEditException if the edit does not come next */
    void check(ManifestEdit edit) {
        if (edit.getVersion() == 0) {
            if (version != 0) {
                // One such edit would turn pins by version off for good.
                throw new OutOfOrderEditException(
                        "edit without a version in a manifest that is at version " + text(version));
            }
            return;
        }
        if (edit.getBaseVersion() != version) {
            throw new OutOfOrderEditException("edit from version " + text(edit.getBaseVersion()) + " to "
                    + text(edit.getVersion()) + ", but published so far: " + text(version));
        }
        if (Long.compareUnsigned(edit.getVersion(), version) <= 0) {
            throw new OutOfOrderEditException(
                    "edit to version " + text(edit.getVersion()) + ", which is not above its base " + text(version));
        }
    }

    /**
     * WARNING: a lower version of the same epoch would be ignored by the fold, and so would the edits that follow it, as
     * duplicates: what they make live would look obsolete or unknown (I1).
     *
     * @throws InvalidEventException if the version went down
     */
    void checkReopening(long manifestVersion) {
        if (Long.compareUnsigned(manifestVersion, version) < 0) {
            throw new InvalidEventException(
                    "region_opened.manifest_version",
                    "is " + text(manifestVersion) + ", but version " + text(version)
                            + " was published in this epoch; a manifest that was restored to an earlier version needs a"
                            + " higher epoch");
        }
    }

    void advance(ManifestEdit edit) {
        version = edit.getVersion();
    }

    private static String text(long unsigned) {
        return Long.toUnsignedString(unsigned);
    }
}
