package io.sexton.cli.design;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The parts of a design document that can be cited: sections, the terms in them, and the steps of their numbered lists. */
final class DesignDocument {
    private static final Pattern SECTION = Pattern.compile("## (\\d+[a-z]?)\\. .+");
    private static final Pattern HEADING = Pattern.compile("###+ (.+)");
    private static final Pattern BOLD = Pattern.compile("\\*\\*(.+?)\\*\\*");
    private static final Pattern STEP = Pattern.compile("(\\d+)\\. .*");

    private record Section(Set<String> terms, TreeSet<Integer> steps) {}

    private final Map<String, Section> sections = new LinkedHashMap<>();

    /** @param text in Markdown */
    DesignDocument(String text) {
        Section section = new Section(new HashSet<>(), new TreeSet<>());
        for (String line : text.lines().toList()) {
            Matcher opened = SECTION.matcher(line);
            if (opened.matches()) {
                section = new Section(new HashSet<>(), new TreeSet<>());
                sections.put(opened.group(1), section);
                continue;
            }
            Matcher heading = HEADING.matcher(line);
            if (heading.matches()) {
                section.terms.add(heading.group(1));
            }
            for (Matcher bold = BOLD.matcher(line); bold.find(); ) {
                section.terms.add(bold.group(1).replaceAll("[.:,]$", ""));
            }
            Matcher step = STEP.matcher(line);
            if (step.matches()) {
                section.steps.add(Integer.parseInt(step.group(1)));
            }
        }
    }

    /** Returns the sections' numbers, in their order. */
    List<String> numbers() {
        return List.copyOf(sections.keySet());
    }

    /** Returns why a section with these parts cannot be cited; empty if it can. */
    Optional<String> problemWith(String number, List<String> terms, Optional<Integer> step) {
        Section section = sections.get(number);
        if (section == null) {
            return Optional.of("there is no section " + number + ", only " + String.join(", ", sections.keySet()));
        }
        for (String term : terms) {
            if (!section.terms.contains(term)) {
                return Optional.of("section " + number + " has no heading or bold term \"" + term + "\"");
            }
        }
        return step.filter(wanted -> !section.steps.contains(wanted))
                .map(wanted -> "section " + number + " has no step " + wanted + ", only " + section.steps);
    }
}
