package io.sexton.streams.model;

/** The kind of a file's state: the rows of the table of design, section 5. The codes are stored: none is ever reused. */
public enum StateKind {
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

    private static final StateKind[] BY_CODE = values();

    private final int code;

    StateKind(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** Returns whether the file is known and not GONE. */
    public boolean isTracked() {
        return this != UNKNOWN && this != GONE;
    }

    public static StateKind ofCode(int code) {
        if (code <= 0 || code >= BY_CODE.length) {
            throw new IllegalStateException("a stored file has state " + code + ", which this version does not know");
        }
        return BY_CODE[code];
    }
}
