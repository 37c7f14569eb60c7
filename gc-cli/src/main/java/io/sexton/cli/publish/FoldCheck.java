package io.sexton.cli.publish;

import io.sexton.fold.core.Fold;
import io.sexton.fold.core.FoldDefinition;
import io.sexton.fold.core.Output;
import io.sexton.fold.core.Placement;
import io.sexton.fold.state.MemoryStore;
import io.sexton.locks.core.LockFold;
import io.sexton.proto.LogRecord;
import io.sexton.streams.apply.PartitionFold;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The check of a record by the fold that will read it, so that there is one set of rules. The fold has an empty state: the
 * rules for dead letters do not depend on the state.
 */
final class FoldCheck {

    private FoldCheck() {}

    /** Returns the reason why a record of {@code gc.events} would be a dead letter. */
    static Optional<String> onEvent(byte[] key, byte[] value) {
        return of(PartitionFold.DEFINITION, key, value);
    }

    /** Returns the reason why a record of {@code gc.lock-requests} would be a dead letter. */
    static Optional<String> onLockRequest(byte[] key, byte[] value) {
        return of(LockFold.DEFINITION, key, value);
    }

    private static Optional<String> of(FoldDefinition<?> definition, byte[] key, byte[] value) {
        List<String> reasons = new ArrayList<>();
        Fold fold = definition.factory().create(0, store -> new MemoryStore(), Placement.UNCHECKED, output -> {
            if (output instanceof Output.DeadLetter letter) {
                reasons.add(letter.reason());
            }
        });
        fold.apply(new LogRecord(0, 0, Instant.EPOCH, key, value));
        return reasons.stream().findFirst();
    }
}
