package io.sexton.cli.design;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Citations, quotations and names in code, tests, schema and documents: each must resolve. */
final class DesignCitationsTest {
    private static final SourceText DESIGN = SourceText.read("docs/design.md");
    private static final List<SourceText> ALL = SourceText.all();

    /** A path of the sources, whose citations are made up. */
    private static final String FINDER_TESTS = "gc-cli/src/test/java/io/sexton/cli/design/";

    private static final String RECORDS = "docs/adr/";
    private static final Pattern RECORD = Pattern.compile(RECORDS + "\\d{4}-.*\\.md");
    private static final Pattern LISTED_RECORD =
            Pattern.compile("(?m)^\\| \\d+ \\| \\[.*]\\((.*)\\) \\| (\\w+) \\| .* \\|$");
    private static final Pattern FIELD =
            Pattern.compile("(?:(optional|repeated)\\s+)?(?:([\\w.]+)\\s+)?(\\w+)\\s*=\\s*(\\d+)\\s*;");
    private static final Pattern TYPE = Pattern.compile("\\b(?:message|enum)\\s+(\\w+)");
    private static final Pattern NAMED_TYPE = Pattern.compile("`([A-Z]\\w*[a-z]\\w*)`");

    @Test
    void everyCitationNamesAPartOfTheDesign() {
        Citations citations = new Citations(new DesignDocument(DESIGN.text()));
        List<String> problems =
                cited().flatMap(source -> citations.problemsIn(source).stream()).toList();
        assertThat(problems).isEmpty();
        assertThat(citations.found()).as("citations").isGreaterThan(100);
    }

    @Test
    void everyCitedDecisionRecordExists() {
        List<Integer> numbers = records()
                .map(record -> Integer.valueOf(record.name().substring(RECORDS.length(), RECORDS.length() + 4)))
                .toList();
        assertThat(numbers).isNotEmpty();
        assertThat(cited().flatMap(source -> Citations.missingRecords(source, numbers).stream())
                        .toList())
                .isEmpty();
    }

    @Test
    void everyDecisionRecordHasTheStatusThatItsListGives() {
        List<String> listed = LISTED_RECORD
                .matcher(SourceText.read(RECORDS + "README.md").text())
                .results()
                .map(row -> row.group(1) + " " + row.group(2))
                .toList();
        List<String> stated = records()
                .map(record -> {
                    String status = record.text().lines().skip(2).findFirst().orElse("");
                    return record.name().substring(RECORDS.length()) + " "
                            + status.replaceFirst("^Status: (accepted|superseded)\\b.*sections? .*", "$1");
                })
                .sorted()
                .toList();
        assertThat(listed).isEqualTo(stated);
    }

    @Test
    void theSecondReadingQuotesTheDesignWordByWord() {
        Quotations quotations = new Quotations(DESIGN.text());
        List<String> problems = ALL.stream()
                .filter(source -> source.name().startsWith("gc-streams/src/test/java/io/sexton/streams/oracle/"))
                .flatMap(source -> quotations.problemsIn(source).stream())
                .toList();
        assertThat(problems).isEmpty();
        assertThat(quotations.found()).as("quotations").isGreaterThan(100);
    }

    @Test
    void theSchemaOfTheDesignIsThatOfTheProtoFiles() {
        List<String> listed = Pattern.compile("```proto\\n(.*?)```", Pattern.DOTALL)
                .matcher(DESIGN.text())
                .results()
                .map(block -> block.group(1))
                .toList();
        List<String> files = ALL.stream()
                .filter(source -> source.name().startsWith("proto/src/main/proto/"))
                .map(SourceText::text)
                .toList();
        assertThat(declarations(listed)).isNotEmpty().isEqualTo(declarations(files));
    }

    @Test
    void everyTypeThatTheMapNamesExists() {
        Set<String> types = new TreeSet<>();
        ALL.forEach(source -> {
            if (source.name().endsWith(".java")) {
                types.add(source.name().replaceAll(".*/|\\.java$", ""));
            } else if (source.name().endsWith(".proto")) {
                TYPE.matcher(source.text()).results().forEach(type -> types.add(type.group(1)));
            }
        });
        List<String> named = NAMED_TYPE
                .matcher(SourceText.read("docs/architecture.md").text())
                .results()
                .map(name -> name.group(1))
                .toList();
        assertThat(named).hasSizeGreaterThan(50);
        assertThat(types).containsAll(named);
    }

    @Test
    void readsTheSectionsOfTheDesign() {
        assertThat(new DesignDocument(DESIGN.text()).numbers())
                .containsExactly("1", "2", "3", "3a", "4", "5", "6", "7", "8", "9", "9a", "10", "10a", "11", "12");
    }

    private static Stream<SourceText> cited() {
        return ALL.stream().filter(source -> !source.name().startsWith(FINDER_TESTS));
    }

    private static Stream<SourceText> records() {
        return ALL.stream().filter(source -> RECORD.matcher(source.name()).matches());
    }

    /** Returns fields, enum values and types, sorted, without comments. */
    private static List<String> declarations(List<String> texts) {
        List<String> found = new ArrayList<>();
        for (String text : texts) {
            String code = text.replaceAll("//.*", "");
            FIELD.matcher(code).results().map(DesignCitationsTest::field).forEach(found::add);
            TYPE.matcher(code)
                    .results()
                    .map(MatchResult::group)
                    .map(type -> type.replaceAll("\\s+", " "))
                    .forEach(found::add);
        }
        return found.stream().sorted().toList();
    }

    private static String field(MatchResult field) {
        String label = field.group(1) == null ? "" : field.group(1) + " ";
        String type = field.group(2) == null ? "" : field.group(2) + " ";
        return label + type + field.group(3) + " = " + field.group(4);
    }
}
