package io.sexton.deleter.storage;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The encoding between the names of files, which are bytes, and those of this process, which are text. The JVM takes it
 * from the locale when it starts ({@code sun.jnu.encoding}), and Sexton needs UTF-8: in any other, a name is replaced
 * by another one or cannot be written, and "no such file" would be the result for a file that exists (I5).
 */
public final class FileNameEncoding {

    /** In UTF-8 three bytes; in no other common encoding these. Has no decomposed form. */
    private static final String PROBE = "\u20ac";

    private static final String PROBE_BYTES = "%E2%82%AC";

    private static final boolean IS_UTF8 = isUtf8();

    private FileNameEncoding() {}

    /** Returns why this process cannot handle file names that are UTF-8, in one line; empty if it can. */
    public static Optional<String> problem() {
        return IS_UTF8
                ? Optional.empty()
                : Optional.of("file names of this process are encoded in " + System.getProperty("sun.jnu.encoding")
                        + ", not in UTF-8, so it could miss or confuse files; set LC_ALL=C.UTF-8, or another UTF-8"
                        + " locale that is installed, and start it again");
    }

    /**
     * Returns the name as text, if exactly that text names the same file again; empty if it is not UTF-8.
     *
     * <p>A name that cannot be decoded keeps its bytes in the {@link Path}, while its text has U+FFFD in their place.
     * So only the conversion back shows whether the text is the name: paths are equal by their bytes.
     */
    static Optional<String> exactly(Path name) {
        String text = name.toString();
        try {
            return Path.of(text).equals(name) ? Optional.of(text) : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** Returns the name's bytes in a form for people: printable ASCII as it is, other bytes as {@code %FF}. */
    static String forPeople(Path name) {
        // A URI has the bytes themselves. It also ends with '/' where this process's directory has one of that name.
        String uri = name.toUri().getRawPath();
        String path = uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Tests the effect, because the property is not documented. */
    private static boolean isUtf8() {
        try {
            return forPeople(Path.of(PROBE)).equals(PROBE_BYTES);
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
