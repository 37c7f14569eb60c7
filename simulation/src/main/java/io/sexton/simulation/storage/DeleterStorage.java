package io.sexton.simulation.storage;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.Deletion;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.RegionRoot;
import java.util.List;

/** What a deleter asks of storage to delete files; what planted bugs get in between. */
public interface DeleterStorage {
    /** One result for each file, in their order. */
    List<FileResult> deleteMany(RegionRoot root, List<Deletion> files, CallGuard guard);
}
