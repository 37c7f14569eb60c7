package io.sexton.streams.model;

import io.sexton.streams.row.FileRow;
import org.jspecify.annotations.Nullable;

/** The state of a file (design, section 5). The codes are stored: none is ever reused. */
public enum FileState {
    /** A file without a row: never seen, or forgotten. */
    UNKNOWN(0),
    LIVE(1),
    OBSOLETE(2),
    UNREFERENCED(3),
    TEMP(4),
    ABANDONED(5),
    ABORTED(6),
    CONDEMNED(7),
    GONE(8);

    private static final FileState[] BY_CODE = values();

    private final int code;

    FileState(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** Returns whether the file is known and not GONE. */
    public boolean isTracked() {
        return this != UNKNOWN && this != GONE;
    }

    public static FileState of(@Nullable FileRow row) {
        return row == null ? UNKNOWN : ofCode(row.getState());
    }

    public static FileState ofCode(int code) {
        if (code <= 0 || code >= BY_CODE.length) {
            throw new IllegalStateException("a stored file has state " + code + ", which this version does not know");
        }
        return BY_CODE[code];
    }
}
