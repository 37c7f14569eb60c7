package io.sexton.cli.design;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The finders of {@link DesignCitationsTest}, on a small design: what they accept, and that they can fail. */
final class CitationsTest {
    private static final String TEXT = """
            ## 1. Promises
            A file stays where its **Grounds.** are *not* known.

            ## 2. Steps
            1. read
            2. delete
            ### Late reports
            ## 2a. Limits
            """;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(design, section 1)",
                "Section 2a of the design",
                "section 1, \"Grounds\"",
                "section 2, \"Late reports\"",
                "section 2, step 2",
                "sections 1 and 2",
                "sections 1 to 2a",
                "a\n     * section\n     * 2, step\n     * 1",
                "a // section 2, \"Late\n // reports\"",
            })
    void acceptsWhatTheDesignHas(String text) {
        Citations citations = citations();
        assertThat(citations.problemsIn(new SourceText("A.java", text))).isEmpty();
        assertThat(citations.found()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
            section 3                     | there is no section 3, only 1, 2, 2a
            section 2b                    | there is no section 2b
            sections 1 to 3               | there is no section 3
            section 1, "Late reports"     | section 1 has no heading or bold term "Late reports"
            section 2, step 3             | section 2 has no step 3, only [1, 2]
            section 1, step 1             | section 1 has no step 1
            section 2.1                   | write section 2, step 1
            (section 1, Grounds)          | write the term in quotation marks
            section 1 and 2               | two as sections 5 and 6
            sections 1                    | one section is cited as section 5
            """)
    void refusesAWrongCitation(String text, String problem) {
        assertThat(citations().problemsIn(new SourceText("x/A.java", "class A {}\n// see " + text)))
                .singleElement()
                .asString()
                .startsWith("x/A.java:2: ")
                .contains(problem);
    }

    @Test
    void ignoresOtherSections() {
        Citations citations = citations();
        assertThat(citations.problemsIn(new SourceText("A.md", "a section of 3 files; sections(4); intersection 9")))
                .isEmpty();
        assertThat(citations.found()).isZero();
    }

    @Test
    void findsARecordThatDoesNotExist() {
        SourceText source = new SourceText("A.md", "See ADR 1,\nADR 3 and adr/0007-x.md.");
        assertThat(Citations.missingRecords(source, List.of(1, 7)))
                .containsExactly("A.md:2: ADR 3: there is no such record in docs/adr");
    }

    @Test
    void findsAQuotationThatTheDesignDoesNotHave() {
        Quotations quotations = new Quotations(TEXT);
        SourceText source = new SourceText("A.java", """
                class A {
                    /**
                     * "A file stays where its […] are not
                     * known" and "a file goes"
                     */
                    String a = "a text that is no comment";
                    // "a file stays"
                }
                """);
        assertThat(quotations.problemsIn(source)).containsExactly("A.java:2: the design does not have \"a file goes\"");
        assertThat(quotations.found()).isEqualTo(3);
    }

    private static Citations citations() {
        return new Citations(new DesignDocument(TEXT));
    }
}
