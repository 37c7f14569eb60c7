package io.sexton.streams.oracle;

import io.sexton.v1.Disposition;
import io.sexton.v1.Reason;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An output of a fold, reduced to the fields that the conformance cases compare. */
sealed interface Fact {

    /** A file in a delete command: condemned, emitted again, or shown by a dry run. */
    record Condemn(
            String region,
            String path,
            Reason reason,
            Instant since,
            Instant decidedAt,
            int attempt,
            Disposition disposition)
            implements Fact {}

    record Revoke(String region, String path) implements Fact {}

    record RevokePrefix(String region, String prefix) implements Fact {}

    record Fence(String region, String nonce) implements Fact {}

    record DeadLetter() implements Fact {}

    /** @param condemned sorted */
    record PinVerdict(String region, String reader, boolean accepted, List<String> condemned, long offset)
            implements Fact {}

    /** @param rejected sorted */
    record ReferenceVerdict(String region, String referrer, List<String> rejected, long offset) implements Fact {}

    /** An inventory that contradicts the manifest. */
    record InventoryDoubted(String region, String inventory, long missing) implements Fact {}

    /** A notice that counts once: its number may depend on the number of checks. */
    record CountedOnce(String region, Kind kind, @Nullable String path) implements Fact {

        enum Kind {
            SNAPSHOT_REQUESTED,
            MANIFEST_CONFLICT,
            FILES_DELETED,
            EVENT_REJECTED,
            APPROVAL_NEEDED,
            MISSING_FILE,
            DELETION_STUCK,
            SCAN
        }
    }
}
