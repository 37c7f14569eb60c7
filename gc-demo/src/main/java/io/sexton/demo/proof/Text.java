package io.sexton.demo.proof;

import java.time.Duration;
import java.util.Locale;

/** Numbers formatted for people. */
final class Text {

    private Text() {}

    static String bytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
    }

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }
}
