package io.sexton.deleter.core;

import io.sexton.proto.RegionId;
import java.util.ArrayList;
import java.util.List;

/**
 * Revokes that were read while commands before them were passed over because the memory was full: when those commands are
 * read again, the revokes must already be known (I4). Bounded: beyond {@value #MAX_PATHS} paths, everything before the
 * latest revoke counts as revoked, which costs another round of those files and is safe (I5).
 */
final class RetainedRevokes {

    static final int MAX_PATHS = 20_000;

    private record Retained(long offset, Revocation revocation) {}

    private final List<Retained> retained = new ArrayList<>();
    private int paths;
    private long last = -1;

    void retain(long offset, Revocation revocation) {
        if (offset <= last) {
            return; // Read before, in an earlier pass.
        }
        last = offset;
        paths += revocation.paths().size() + 1;
        if (paths > MAX_PATHS) {
            retained.clear();
            retained.add(new Retained(offset, Revocation.ofEverything(null)));
            paths = 1;
        } else {
            retained.add(new Retained(offset, revocation));
        }
    }

    /** Applies the later revokes to a command that is read again. */
    void applyTo(PendingCommand command, RegionId region) {
        for (Retained each : retained) {
            if (each.offset > command.offset() && each.revocation.concerns(region)) {
                command.revoke(each.revocation);
            }
        }
    }

    /** Removes those that have been read again: every command before them has been read. */
    void passed(long offset) {
        if (!retained.isEmpty() && offset >= last) {
            retained.clear();
            paths = 0;
        }
    }
}
