package io.sexton.cli.publish;

import io.sexton.fold.core.LogRecord;
import io.sexton.fold.core.Placement;
import io.sexton.fold.state.MemoryStore;
import io.sexton.locks.core.LockFold;
import io.sexton.streams.apply.PartitionFold;
import io.sexton.streams.model.Output;
import io.sexton.streams.state.Stores;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Asks the folds themselves whether they could apply a record, so that there is one set of rules. Each is asked with a
 * state that knows nothing: what makes a record a dead letter does not depend on the state.
 */
final class FoldOpinion {

    private FoldOpinion() {}

    /** Why a record of {@code gc.events} would be a dead letter. */
    static Optional<String> onEvent(byte[] key, byte[] value) {
        List<String> reasons = new ArrayList<>();
        Stores nothing = new Stores(new MemoryStore(), new MemoryStore(), new MemoryStore());
        PartitionFold fold = new PartitionFold(0, nothing, Placement.UNCHECKED, output -> {
            if (output instanceof Output.DeadLetter letter) {
                reasons.add(letter.reason());
            }
        });
        fold.apply(new LogRecord(0, 0, Instant.EPOCH, key, value));
        return reasons.stream().findFirst();
    }

    /** Why a record of {@code gc.lock-requests} would be a dead letter. */
    static Optional<String> onLockRequest(byte[] key, byte[] value) {
        List<String> reasons = new ArrayList<>();
        LockFold fold = new LockFold(new MemoryStore(), Placement.UNCHECKED, output -> {
            if (output instanceof io.sexton.locks.core.Output.DeadLetter letter) {
                reasons.add(letter.reason());
            }
        });
        fold.apply(new LogRecord(0, 0, Instant.EPOCH, key, value));
        return reasons.stream().findFirst();
    }
}
