package io.sexton.demo;

import io.sexton.demo.database.Region;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Something that meddles behind everybody's back. Tests see by it that the proofs can fail. */
public interface Interference {

    Interference NONE = (regions, directory) -> {};

    /**
     * Called when all is settled and clean, before it is examined.
     *
     * @param directory where the demo has everything
     */
    void with(List<Region> regions, Path directory) throws IOException;
}
