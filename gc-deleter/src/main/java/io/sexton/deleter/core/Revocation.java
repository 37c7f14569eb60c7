package io.sexton.deleter.core;

import io.sexton.proto.RegionId;
import io.sexton.v1.RevokeCommand;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Cancels every earlier command for some files.
 *
 * @param region whose files; null: those of every region of the partition
 * @param paths paths that it names, compared exactly
 * @param prefix every path that begins with it, as text; empty: all; null: none
 */
record Revocation(
        @Nullable RegionId region,
        Set<String> paths,
        @Nullable String prefix) {

    static Revocation of(RegionId region, RevokeCommand revoke) {
        return new Revocation(
                region, Set.copyOf(revoke.getPathsList()), revoke.hasPathPrefix() ? revoke.getPathPrefix() : null);
    }

    /** All files of the region, or of all regions: for a record that cannot be read and may have been any revoke (I5). */
    static Revocation ofEverything(@Nullable RegionId region) {
        return new Revocation(region, Set.of(), "");
    }

    boolean concerns(RegionId candidate) {
        return region == null || region.equals(candidate);
    }

    boolean covers(String path) {
        return paths.contains(path) || (prefix != null && path.startsWith(prefix));
    }
}
