package io.sexton.cli.design;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A parser of quotations in the comments of a Java source, which compares them with a document: text in quotation
 * marks, of three words or more. An ellipsis or anything in square brackets stands for omitted or replaced text.
 * Letters' case, marks of emphasis and white space do not count.
 */
final class Quotations {
    private static final Pattern COMMENT = Pattern.compile("(?s:/\\*.*?\\*/)|(?m:^ *//.*\\n)+");
    private static final Pattern QUOTED = Pattern.compile("\"([^\"]+)\"");

    private final String document;
    private int found;

    Quotations(String document) {
        this.document = normal(document);
    }

    /** Returns how many quotations were found so far. */
    int found() {
        return found;
    }

    /** Returns the quotations that the document does not have, one line each, with file and line. */
    List<String> problemsIn(SourceText source) {
        List<String> problems = new ArrayList<>();
        Matcher comment = COMMENT.matcher(source.text());
        while (comment.find()) {
            String text = comment.group().replaceAll("\\n\\s*(?:\\*|//)", "\n").replaceAll("\\{@code ([^}]*)}", "$1");
            Matcher quoted = QUOTED.matcher(text);
            while (quoted.find()) {
                String quotation = quoted.group(1);
                if (quotation.trim().split("\\s+").length < 3) {
                    continue;
                }
                found++;
                for (String part : quotation.split("\\[[^\\]]*]|…|\\.\\.\\.")) {
                    if (!document.contains(normal(part))) {
                        problems.add(
                                source.name() + ":" + source.lineOf(comment.start()) + ": the design does not have \""
                                        + part.replaceAll("\\s+", " ").trim() + "\"");
                    }
                }
            }
        }
        return problems;
    }

    private static String normal(String text) {
        return text.replaceAll("[`*]", "")
                .replace('"', '\'')
                .replaceAll("\\s+", " ")
                .toLowerCase(Locale.ROOT)
                .replaceAll("^[ .,;:)]+|[ .,;:(]+$", "");
    }
}
