package io.sexton.client.internal;

import io.sexton.client.InvalidEventException;
import io.sexton.client.VersionConflictException;
import io.sexton.v1.ManifestEdit;

/**
 * The chain of the published manifest versions (design, section 5, "Versions"). Rejects edits that would be a gap in
 * the fold, or that the fold would ignore as duplicates.
 *
 * <p>Not safe for use by several threads.
 */
public final class ManifestChain {

    private long version;

    public ManifestChain(long version) {
        this.version = version;
    }

    public long version() {
        return version;
    }

    /**
     * Checks that an edit is the next one.
     *
     * @throws VersionConflictException if it is not
     */
    public void check(ManifestEdit edit) {
        if (edit.getVersion() == 0) {
            if (version != 0) {
                // One such edit would permanently disable pins by version.
                throw new VersionConflictException(
                        "edit without a version in a manifest that is at version " + text(version));
            }
            return;
        }
        if (edit.getBaseVersion() != version) {
            throw new VersionConflictException("edit from version " + text(edit.getBaseVersion()) + " to "
                    + text(edit.getVersion()) + ", but published so far: " + text(version));
        }
        if (Long.compareUnsigned(edit.getVersion(), version) <= 0) {
            throw new VersionConflictException(
                    "edit to version " + text(edit.getVersion()) + ", which is not above its base " + text(version));
        }
    }

    /**
     * Checks that the version does not decrease.
     *
     * <p>WARNING: the fold would ignore a lower version of the same epoch, and the edits that follow it, as duplicates.
     * Files that they add would look obsolete or unknown (I1).
     *
     * @throws InvalidEventException if the version is lower
     */
    public void checkReopening(long manifestVersion) {
        if (Long.compareUnsigned(manifestVersion, version) < 0) {
            throw new InvalidEventException(
                    "region_opened.manifest_version",
                    "is " + text(manifestVersion) + ", but version " + text(version)
                            + " was published in this epoch; a manifest that was restored to an earlier version needs a"
                            + " higher epoch");
        }
    }

    public void advance(ManifestEdit edit) {
        version = edit.getVersion();
    }

    private static String text(long unsigned) {
        return Long.toUnsignedString(unsigned);
    }
}
