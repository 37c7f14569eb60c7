package io.sexton.locks.core;

import io.sexton.fold.core.FoldDefinition;
import io.sexton.fold.topology.FoldContract;
import io.sexton.proto.LogRecord;
import java.util.List;

/** The contract of a fold, on a random log. */
final class LockFoldContractTest extends FoldContract {
    private final List<LogRecord> log = RandomLogs.of(3, 150);

    @Override
    protected FoldDefinition<?> definition() {
        return LockFold.DEFINITION;
    }

    @Override
    protected List<LogRecord> log() {
        return log;
    }
}
