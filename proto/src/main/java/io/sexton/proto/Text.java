package io.sexton.proto;

import org.jspecify.annotations.Nullable;

/** The rules and bounds of texts. */
public final class Text {

    /** Longest text for people that is stored or emitted, in bytes of UTF-8. */
    public static final int MAX_PROSE_BYTES = 1024;

    private static final int QUOTED_CHARS = 80;

    private Text() {}

    /** Returns whether a character is a C0 control, DEL or a C1 control. */
    static boolean isControl(char c) {
        return c <= 0x1F || (c >= 0x7F && c <= 0x9F);
    }

    /** Returns the problem with a text as UTF-8 of a bounded length; null without one. */
    static @Nullable String problemWithUtf8(String text, int maxBytes) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                bytes += 1;
            } else if (c < 0x800) {
                bytes += 2;
            } else if (!Character.isSurrogate(c)) {
                bytes += 3;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                bytes += 4;
                i++;
            } else {
                // Encoders replace it by '?', so two different ids could become equal.
                return "is not well-formed Unicode at index " + i;
            }
            if (bytes > maxBytes) {
                return "is longer than " + maxBytes + " bytes of UTF-8";
            }
        }
        return null;
    }

    /** Returns the problem with an id; null without one. */
    static @Nullable String problemWithId(String text) {
        return text.isEmpty() ? "is empty" : problemWithName(text);
    }

    /** Returns the problem with an optional id, which may be empty; null without one. */
    static @Nullable String problemWithName(String text) {
        @Nullable String problem = problemWithUtf8(text, FieldProblem.MAX_ID_BYTES);
        if (problem != null) {
            return problem;
        }
        for (int i = 0; i < text.length(); i++) {
            if (isControl(text.charAt(i))) {
                return "has a control character at index " + i;
            }
        }
        return null;
    }

    /**
     * Compares two texts by their UTF-8 bytes, unsigned. For well-formed texts that is the order of their code points.
     * {@link String#compareTo} differs: it orders the surrogates of U+10000 and above before U+E000 to U+FFFF.
     */
    static int compareAsUtf8(String a, String b) {
        int common = Math.min(a.length(), b.length());
        for (int i = 0; i < common; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean xSurrogate = Character.isSurrogate(x);
                return xSurrogate == Character.isSurrogate(y) ? Character.compare(x, y) : xSurrogate ? 1 : -1;
            }
        }
        return Integer.compare(a.length(), b.length());
    }

    /**
     * Returns a text for people, cut at {@value #MAX_PROSE_BYTES} bytes of UTF-8 and never inside a character. The
     * length of such a text breaks no rule, but the stored or emitted part is bounded.
     */
    public static String cut(String prose) {
        return cut(prose, MAX_PROSE_BYTES);
    }

    private static String cut(String prose, int maxBytes) {
        if (prose.length() <= maxBytes / 3) {
            return prose; // no character has more than three bytes for each char
        }
        int bytes = 0;
        for (int i = 0; i < prose.length(); ) {
            int character = prose.codePointAt(i);
            bytes += utf8Bytes(character);
            if (bytes > maxBytes) {
                return prose.substring(0, i);
            }
            i += Character.charCount(character);
        }
        return prose;
    }

    /** Returns the number of bytes of a character. An unpaired surrogate counts as three. */
    private static int utf8Bytes(int character) {
        if (character < 0x80) {
            return 1;
        }
        if (character < 0x800) {
            return 2;
        }
        return character < 0x10000 ? 3 : 4;
    }

    /**
     * Returns the text in quotes, cut to a bounded length, with characters escaped that could disturb a terminal or a
     * log.
     */
    static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < Math.min(text.length(), QUOTED_CHARS); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (isControl(c) || Character.isSurrogate(c) || Character.getType(c) == Character.FORMAT) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append(text.length() > QUOTED_CHARS ? "…\"" : "\"").toString();
    }
}
