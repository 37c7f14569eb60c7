package io.sexton.cli.design;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A parser of citations of the design. They have the forms {@code section 5}, {@code section 5, "Validity"},
 * {@code section 8, "Roots" and "Floors"}, {@code section 8, step 4}, {@code sections 6 and 7} and
 * {@code sections 4 to 7}, also across the lines of a comment. Another document is not cited by that word.
 */
final class Citations {
    /** Between two words: blanks, or the end of a line and the beginning of a comment's next one. */
    private static final String GAP = "\\s+(?:(?:\\*|//|#|>)\\s+)?";

    private static final Pattern CITATION =
            Pattern.compile("\\b[Ss]ection(?<plural>s?)" + GAP + "(?<first>\\d+[a-z]?)\\b"
                    + "(?:"
                    + "(?<dotted>\\.\\d+)"
                    + "|" + GAP + "(?:and|to)" + GAP + "(?<second>\\d+[a-z]?)\\b"
                    + "|," + GAP + "step" + GAP + "(?<step>\\d+)\\b"
                    + "|," + GAP + "\"(?<term>[^\"]+)\"(?:" + GAP + "and" + GAP + "\"(?<other>[^\"]+)\")?"
                    + "|," + GAP + "(?<unquoted>[A-Z][a-z]+)(?=[)])"
                    + ")?");

    private static final Pattern RECORD = Pattern.compile("\\bADR" + GAP + "(\\d+)\\b|\\badr/0*(\\d+)\\b");

    private final DesignDocument design;
    private int found;

    Citations(DesignDocument design) {
        this.design = design;
    }

    /** Returns how many citations of sections were found so far. */
    int found() {
        return found;
    }

    /** Returns what is wrong with the citations of sections in a text, one line each, with file and line. */
    List<String> problemsIn(SourceText source) {
        List<String> problems = new ArrayList<>();
        Matcher matcher = CITATION.matcher(source.text());
        while (matcher.find()) {
            found++;
            problemWith(matcher)
                    .ifPresent(problem -> problems.add(at(source, matcher) + ": " + oneLine(matcher) + ": " + problem));
        }
        return problems;
    }

    private Optional<String> problemWith(Matcher cited) {
        if (cited.group("dotted") != null) {
            return Optional.of("write section " + cited.group("first") + ", step "
                    + cited.group("dotted").substring(1));
        }
        if (cited.group("unquoted") != null) {
            return Optional.of("write the term in quotation marks: section " + cited.group("first") + ", \""
                    + cited.group("unquoted") + "\"");
        }
        if (cited.group("plural").isEmpty() == (cited.group("second") != null)) {
            return Optional.of("one section is cited as section 5, two as sections 5 and 6, more as sections 5 to 7");
        }
        List<String> terms = Stream.of("term", "other")
                .map(cited::group)
                .filter(term -> term != null)
                .map(term -> term.replaceAll(GAP, " "))
                .toList();
        Optional<Integer> step = Optional.ofNullable(cited.group("step")).map(Integer::valueOf);
        return design.problemWith(cited.group("first"), terms, step)
                .or(() -> Optional.ofNullable(cited.group("second"))
                        .flatMap(second -> design.problemWith(second, List.of(), Optional.empty())));
    }

    /** Returns the citations of decision records that are not among these, one line each, with file and line. */
    static List<String> missingRecords(SourceText source, List<Integer> records) {
        List<String> problems = new ArrayList<>();
        Matcher matcher = RECORD.matcher(source.text());
        while (matcher.find()) {
            String number = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
            if (!records.contains(Integer.valueOf(number))) {
                problems.add(at(source, matcher) + ": " + oneLine(matcher) + ": there is no such record in docs/adr");
            }
        }
        return problems;
    }

    private static String at(SourceText source, Matcher matcher) {
        return source.name() + ":" + source.lineOf(matcher.start());
    }

    private static String oneLine(Matcher matcher) {
        return matcher.group().replaceAll(GAP, " ");
    }
}
