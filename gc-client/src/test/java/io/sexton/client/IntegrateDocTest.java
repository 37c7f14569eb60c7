package io.sexton.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A check that {@code docs/integrate.md} and the README quote the code that {@link IntegrationExampleIT} runs. */
final class IntegrateDocTest {

    private static final Path MODULE = Path.of("").toAbsolutePath();
    private static final Pattern QUOTED =
            Pattern.compile("<!-- snippet: (\\w+) -->\\n```java\\n(.*?)```\\n", Pattern.DOTALL);
    private static final Pattern TAGGED =
            Pattern.compile("^ *// tag::(\\w+)\\[]\\n(.*?)^ *// end::\\1\\[]\\n", Pattern.DOTALL | Pattern.MULTILINE);

    private static final List<String> DOCS = List.of("docs/integrate.md", "README.md");

    @Test
    void quotesTheSourceThatIsTested() throws Exception {
        Map<String, String> tagged =
                matches(TAGGED, read("gc-client/src/test/java/io/sexton/client/IntegrationExample.java"));
        tagged.replaceAll((name, code) -> code.stripTrailing().stripIndent() + "\n");

        assertThat(matches(QUOTED, read("docs/integrate.md"))).isEqualTo(tagged);
        assertThat(tagged).containsAllEntriesOf(matches(QUOTED, read("README.md")));
    }

    @Test
    void quotesNoOtherCode() throws Exception {
        for (String doc : DOCS) {
            long blocks =
                    Pattern.compile("```java").matcher(read(doc)).results().count();
            assertThat(matches(QUOTED, read(doc))).as(doc).isNotEmpty().hasSize((int) blocks);
        }
    }

    private static Map<String, String> matches(Pattern pattern, String text) {
        Map<String, String> matches = new HashMap<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            matches.put(matcher.group(1), matcher.group(2));
        }
        return matches;
    }

    /** Returns a file of the repository. Tests run in the module's directory or in that of the repository. */
    private static String read(String file) throws IOException {
        Path found = Stream.of(MODULE, MODULE.getParent())
                .map(base -> base.resolve(file))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + file));
        return Files.readString(found);
    }
}
