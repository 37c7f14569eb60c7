package io.sexton.demo;

import io.sexton.demo.database.Region;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A modification of the store that the databases did not make. Tests use it to show that the proofs can fail. */
public interface Interference {

    Interference NONE = (regions, directory) -> {};

    /**
     * Modifies the store after all work has ended and before the proofs.
     *
     * @param directory all files of the demo
     */
    void with(List<Region> regions, Path directory) throws IOException;
}
