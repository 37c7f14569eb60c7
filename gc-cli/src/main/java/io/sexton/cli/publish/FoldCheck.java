package io.sexton.cli.publish;

import io.sexton.fold.core.LogRecord;
import io.sexton.fold.core.Placement;
import io.sexton.fold.state.MemoryStore;
import io.sexton.locks.core.LockFold;
import io.sexton.streams.core.Output;
import io.sexton.streams.core.PartitionFold;
import io.sexton.streams.core.Stores;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A check of records with the folds' own code, so that there is one set of rules. Each fold has an empty state: the
 * reasons for a dead letter do not depend on the state.
 */
final class FoldCheck {

    private FoldCheck() {}

    /** Returns why a record of {@code gc.events} would be a dead letter. */
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

    /** Returns why a record of {@code gc.lock-requests} would be a dead letter. */
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
