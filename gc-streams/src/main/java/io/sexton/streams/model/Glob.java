package io.sexton.streams.model;

/** A pattern of region ids: {@code *} is any run of characters, {@code ?} is one, empty means {@code *}. */
public final class Glob {
    private final String pattern;

    public Glob(String pattern) {
        this.pattern = pattern.isEmpty() ? "*" : pattern;
    }

    public boolean matches(String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int retry = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                retry = t;
            } else if (p < pattern.length() && matchesOne(p, text, t)) {
                t += width(text, t);
                p += width(pattern, p);
            } else if (star >= 0) {
                retry += width(text, retry);
                t = retry;
                p = star + 1;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    private boolean matchesOne(int p, String text, int t) {
        return pattern.charAt(p) == '?' || pattern.codePointAt(p) == text.codePointAt(t);
    }

    /** Returns the width of a code point: outside the basic plane two chars are one character. */
    private static int width(String text, int at) {
        return Character.charCount(text.codePointAt(at));
    }
}
