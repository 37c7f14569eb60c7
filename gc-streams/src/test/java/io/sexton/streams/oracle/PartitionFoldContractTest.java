package io.sexton.streams.oracle;

import io.sexton.fold.core.FoldDefinition;
import io.sexton.fold.topology.FoldContract;
import io.sexton.proto.LogRecord;
import io.sexton.streams.apply.PartitionFold;
import java.util.List;

/** The contract of a fold, on a random log. */
final class PartitionFoldContractTest extends FoldContract {
    private final List<LogRecord> log = DeterminismTest.log(17, 0);

    @Override
    protected FoldDefinition<?> definition() {
        return PartitionFold.DEFINITION;
    }

    @Override
    protected List<LogRecord> log() {
        return log;
    }
}
