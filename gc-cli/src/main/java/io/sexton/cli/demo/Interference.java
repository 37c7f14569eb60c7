package io.sexton.cli.demo;

import io.sexton.cli.demo.database.Region;
import java.io.IOException;
import java.util.List;

/** Something that meddles behind everybody's back. Tests see by it that the proofs can fail. */
interface Interference {

    Interference NONE = regions -> {};

    /** Called when all is settled and clean, before it is examined. */
    void with(List<Region> regions) throws IOException;
}
