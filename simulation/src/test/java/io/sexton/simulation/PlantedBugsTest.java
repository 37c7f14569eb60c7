package io.sexton.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.sexton.simulation.invariant.Violation;
import io.sexton.simulation.swarm.Plan;
import io.sexton.simulation.swarm.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A test that the simulation finds each planted bug. The table in docs/testing.md names a seed for each;
 * {@code -Dsexton.plantedBugs=write} runs all seeds from 1 on and rewrites the table.
 */
final class PlantedBugsTest {

    private static final Path TABLE = Path.of("..", "docs", "testing.md");
    private static final String BEGIN = "<!-- planted bugs -->\n";
    private static final String END = "<!-- /planted bugs -->";

    @ParameterizedTest
    @MethodSource("io.sexton.simulation.PlantedBug#all")
    void findsThePlantedBugWithTheSeedThatTheTableNames(PlantedBug bug) throws IOException {
        Matcher row = Pattern.compile("\\| " + Pattern.quote(bug.what()) + " \\| (I\\d) \\| (\\d+) \\|")
                .matcher(Files.readString(TABLE));
        assertThat(row.find()).as("%s has a row in %s", bug, TABLE).isTrue();

        Optional<Violation> violation = run(bug, Long.parseLong(row.group(2)));

        assertThat(violation.map(Violation::invariant))
                .as("%s: if the cores have changed, rewrite the table with -Dsexton.plantedBugs=write", bug)
                .contains(row.group(1));
        assertThat(bug.breaks()).contains(row.group(1));
    }

    @Test
    void writesTheTable() throws IOException {
        assumeThat(System.getProperty("sexton.plantedBugs")).isEqualTo("write");
        StringBuilder table = new StringBuilder("| planted bug | breaks | seeds needed |\n| --- | --- | --- |\n");
        for (PlantedBug bug : PlantedBug.all()) {
            table.append(row(bug));
        }

        String text = Files.readString(TABLE);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        Files.writeString(TABLE, text.substring(0, begin) + table + text.substring(text.indexOf(END)));
    }

    private static String row(PlantedBug bug) {
        for (long seed = 1; seed <= bug.seeds(); seed++) {
            Optional<Violation> violation =
                    run(bug, seed).filter(found -> bug.breaks().contains(found.invariant()));
            if (violation.isPresent()) {
                return "| " + bug.what() + " | " + violation.get().invariant() + " | " + seed + " |\n";
            }
        }
        throw new AssertionError(bug + " is not found within " + bug.seeds() + " seeds");
    }

    private static Optional<Violation> run(PlantedBug bug, long seed) {
        return Run.of(Plan.draw(seed), bug.parts().get(), false).violation();
    }
}
