package io.sexton.streams.oracle;

/**
 * The size of a pattern with its counted repetitions expanded: a character, a class and an operator count one each. It
 * is an estimate: the design does not decide near the bound, either ("some 10,000 instructions").
 */
final class PatternSize {

    private static final double UNKNOWN = 0;

    private final String pattern;
    private int at;

    private PatternSize(String pattern) {
        this.pattern = pattern;
    }

    /** Returns the size of a pattern. The result for an invalid one has no meaning. */
    static double of(String pattern) {
        return new PatternSize(pattern).alternatives();
    }

    private double alternatives() {
        double size = 0;
        double last = UNKNOWN;
        while (at < pattern.length() && pattern.charAt(at) != ')') {
            int repetitions = repetitions();
            if (repetitions >= 0) {
                size += last * (Math.max(1, repetitions) - 1);
                last *= Math.max(1, repetitions);
            } else {
                last = atom();
                size += last;
            }
        }
        return size;
    }

    /** Returns the higher number of `{n}`, `{n,}` or `{n,m}`, if that follows; else -1. */
    private int repetitions() {
        int end = pattern.indexOf('}', at);
        if (pattern.charAt(at) != '{'
                || end < 0
                || !pattern.substring(at + 1, end).matches("\\d{1,9}(,\\d{0,9})?")) {
            return -1;
        }
        int most = 0;
        for (String number : pattern.substring(at + 1, end).split(",")) {
            most = Math.max(most, Integer.parseInt(number));
        }
        at = end + 1;
        return most;
    }

    private double atom() {
        char first = pattern.charAt(at);
        at++;
        if (first == '(') {
            double size = alternatives();
            at++;
            return size + 2;
        }
        if (first == '[') {
            int begin = at;
            while (at < pattern.length() && (pattern.charAt(at) != ']' || at == begin)) {
                at += pattern.charAt(at) == '\\' ? 2 : 1;
            }
            at++;
        } else if (first == '\\') {
            at++;
        }
        return 1;
    }
}
