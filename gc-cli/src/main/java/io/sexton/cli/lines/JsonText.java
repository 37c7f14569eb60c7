package io.sexton.cli.lines;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

/** Text inside JSON strings. */
final class JsonText {

    private JsonText() {}

    /** Appends the text as it stands between the quotes of a JSON string; C1 controls are escaped too. */
    static void escape(String text, StringBuilder out) {
        int from = out.length();
        JsonStringEncoder.getInstance().quoteAsString(text, out);
        for (int i = from; i < out.length(); i++) {
            char c = out.charAt(i);
            if (c >= 0x7F && c <= 0x9F) {
                out.replace(i, i + 1, String.format("\\u%04X", (int) c));
            }
        }
    }
}
