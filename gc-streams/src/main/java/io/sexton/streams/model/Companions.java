package io.sexton.streams.model;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.sexton.proto.FilePath;
import io.sexton.v1.Companion;
import io.sexton.v1.Policy;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The files that belong to a file by its name (design, section 5, "Orphans"). Immutable. */
public final class Companions {
    private final String suffix;
    private final List<Rule> rules;

    private Companions(String suffix, List<Rule> rules) {
        this.suffix = suffix;
        this.rules = rules;
    }

    public static Companions of(Policy policy) {
        return new Companions(
                policy.getCompanionSuffix(),
                policy.getCompanionsList().stream().map(Rule::of).toList());
    }

    public boolean isEmpty() {
        return suffix.isEmpty() && rules.isEmpty();
    }

    /** Returns the companions of a path, in the order of the rules; never the path itself. */
    public Set<FilePath> of(FilePath path) {
        Set<FilePath> companions = new LinkedHashSet<>();
        String text = path.value();
        if (!suffix.isEmpty()) {
            add(companions, path, text + suffix);
            if (text.endsWith(suffix)) {
                add(companions, path, text.substring(0, text.length() - suffix.length()));
            }
        }
        for (Rule rule : rules) {
            rule.companionOf(text).ifPresent(companion -> add(companions, path, companion));
        }
        return companions;
    }

    private static void add(Set<FilePath> companions, FilePath path, String companion) {
        if (!companion.equals(path.value()) && FilePath.problemWith(companion).isEmpty()) {
            companions.add(FilePath.of(companion));
        }
    }

    private record Rule(Pattern pattern, String template) {
        static Rule of(Companion companion) {
            return new Rule(Pattern.compile(companion.getPattern()), companion.getCompanion());
        }

        /** Returns the template with the groups of the match; a group that took no part is empty. */
        Optional<String> companionOf(String path) {
            Matcher match = pattern.matcher(path);
            if (!match.matches()) {
                return Optional.empty();
            }
            StringBuilder companion = new StringBuilder();
            int next = 0;
            for (int at = template.indexOf('$'); at >= 0; at = template.indexOf('$', next)) {
                companion.append(template, next, at);
                char which = template.charAt(at + 1); // validity: a $ is followed by $ or by a group's number
                String group = which == '$' ? "$" : match.group(which - '0');
                companion.append(group == null ? "" : group);
                next = at + 2;
            }
            companion.append(template, next, template.length());
            return Optional.of(companion.toString());
        }
    }
}
