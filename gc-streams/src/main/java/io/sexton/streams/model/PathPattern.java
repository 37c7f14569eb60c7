package io.sexton.streams.model;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.sexton.proto.FieldProblem;
import io.sexton.v1.Companion;
import io.sexton.v1.Policy;
import org.jspecify.annotations.Nullable;

/** The rules of the regular expressions in a policy: they compile, within bounded memory and stack. */
public final class PathPattern {

    private PathPattern() {}

    /** Returns the problem of the first pattern that breaks a rule, or {@code null}. Lengths were checked before. */
    public static @Nullable FieldProblem problemWith(Policy policy) {
        FieldProblem problem = problemWith("policy_set.policy.file_pattern", policy.getFilePattern());
        for (int i = 0; problem == null && i < policy.getCompanionsCount(); i++) {
            problem = problemWith("policy_set.policy.companions[" + i + "]", policy.getCompanions(i));
        }
        return problem;
    }

    private static @Nullable FieldProblem problemWith(String field, Companion companion) {
        FieldProblem problem = problemWith(field + ".pattern", companion.getPattern());
        return problem != null
                ? problem
                : problemWithTemplate(
                        field + ".companion",
                        companion.getCompanion(),
                        Pattern.compile(companion.getPattern()).groupCount());
    }

    private static @Nullable FieldProblem problemWith(String field, String pattern) {
        // WARNING: the cost is checked before compilation, which could stop the fold here after each restart.
        if (PatternCost.of(pattern).isTooHigh()) {
            return new FieldProblem(field, "is too large with its repetitions written out");
        }
        try {
            Pattern unused = Pattern.compile(pattern);
            return null;
        } catch (PatternSyntaxException e) {
            return new FieldProblem(field, "does not compile: " + e.getDescription());
        }
    }

    private static @Nullable FieldProblem problemWithTemplate(String field, String template, int groups) {
        for (int at = template.indexOf('$'); at >= 0; at = template.indexOf('$', at + 2)) {
            char next = at + 1 < template.length() ? template.charAt(at + 1) : ' ';
            if (next != '$' && !isGroup(next, groups)) {
                return new FieldProblem(
                        field, "has a $ that neither another $ follows nor the number of a group of its pattern");
            }
        }
        return null;
    }

    private static boolean isGroup(char digit, int groups) {
        return digit >= '1' && digit <= '9' && digit - '0' <= groups;
    }
}
