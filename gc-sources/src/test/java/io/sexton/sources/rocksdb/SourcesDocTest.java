package io.sexton.sources.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.client.SextonClient;
import io.sexton.proto.RegionId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A check that docs/sources.md quotes code that runs, and no other. */
final class SourcesDocTest {

    private static final Path MODULE = Path.of("").toAbsolutePath();
    private static final Pattern QUOTED =
            Pattern.compile("<!-- snippet: (\\w+) -->\\n```java\\n(.*?)```\\n", Pattern.DOTALL);
    private static final Pattern TAGGED =
            Pattern.compile("^ *// tag::(\\w+)\\[]\\n(.*?)^ *// end::\\1\\[]\\n", Pattern.DOTALL | Pattern.MULTILINE);

    @Test
    void quotesTheExample() throws Exception {
        Map<String, String> tagged =
                matches(TAGGED, read("gc-sources/src/test/java/io/sexton/sources/rocksdb/RocksDbExample.java"));
        tagged.replaceAll((name, code) -> code.stripTrailing().stripIndent() + "\n");
        String doc = read("docs/sources.md");

        assertThat(matches(QUOTED, doc)).isNotEmpty().isEqualTo(tagged);
        assertThat(doc.split("```java", -1)).hasSize(tagged.size() + 1);
    }

    @Test
    void theExampleRuns(@TempDir Path directory) throws Exception {
        try (FakeSexton sexton = new FakeSexton();
                SextonClient client = sexton.client(Duration.ofHours(1))) {
            RocksDbExample example = new RocksDbExample(client, RegionId.of("42"), directory.resolve("shared"));
            Path local = Files.createDirectories(directory.resolve("local"));
            example.lead(1, local, Map.of(TestDatabase.key(1), TestDatabase.key(2)));
            example.lead(2, local, Map.of(TestDatabase.key(3), TestDatabase.key(4)));

            List<byte[]> read = example.read();

            assertThat(read).hasSize(2).allMatch(file -> file.length > 0);
        }
    }

    private static Map<String, String> matches(Pattern pattern, String text) {
        Map<String, String> matches = new HashMap<>();
        pattern.matcher(text).results().forEach(found -> matches.put(found.group(1), found.group(2)));
        return matches;
    }

    /** Returns a file of the repository. Tests run in the module's directory or in that of the repository. */
    private static String read(String file) throws Exception {
        Path found = Stream.of(MODULE, MODULE.getParent())
                .map(base -> base.resolve(file))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + file));
        return Files.readString(found);
    }
}
