package io.sexton.demo.proof;

import io.sexton.demo.database.ExpectedContents;
import io.sexton.demo.database.RestoredRegion;
import io.sexton.demo.database.SharedRegion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Each region opens from the stored files alone, and every key and every value is as written. */
final class ContentsProof {

    private final Map<SharedRegion, Long> writes;
    private final Path scratch;

    /**
     * @param writes number of writes of each region, by its writers' count
     * @param scratch a directory for the restored databases
     */
    ContentsProof(Map<SharedRegion, Long> writes, Path scratch) {
        this.writes = writes;
        this.scratch = scratch;
    }

    Verdict check() throws IOException {
        List<String> violations = new ArrayList<>();
        long rows = 0;
        long operations = 0;
        for (Map.Entry<SharedRegion, Long> each : writes.entrySet()) {
            SharedRegion region = each.getKey();
            ExpectedContents expected = ExpectedContents.after(region.workload(), each.getValue());
            Path directory = Files.createTempDirectory(scratch, region.id().value() + "-");
            RestoredRegion.problems(region, expected, directory)
                    .forEach(problem -> violations.add(region.id() + ": " + problem));
            rows += expected.rows();
            operations += each.getValue();
        }
        if (rows == 0) {
            violations.add("the regions have no rows, which proves nothing");
        }
        return new Verdict(
                "each region opens from its stored files alone, with every key and value right",
                String.format("%,d rows after %,d writes", rows, operations),
                violations);
    }
}
