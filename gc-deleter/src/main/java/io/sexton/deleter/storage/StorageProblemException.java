package io.sexton.deleter.storage;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;

/** The reason why an operation on an object, or a listing, failed. */
public final class StorageProblemException extends Exception {

    /** The meaning of a problem for the file. */
    public enum Kind {
        /** The storage reported that it does not exist. */
        ABSENT,
        /** It must not be touched. */
        REFUSED,
        /** The storage did not answer, or with another result. */
        UNKNOWN
    }

    private final Kind kind;
    private final String detail;

    private StorageProblemException(Kind kind, String detail) {
        // No stack trace: hostile paths and absent files are everyday input.
        super(detail, null, false, false);
        this.kind = kind;
        this.detail = detail;
    }

    /** Returns a problem of an object that the storage reported as absent. */
    public static StorageProblemException absent(String detail) {
        return new StorageProblemException(Kind.ABSENT, detail);
    }

    /** Returns a problem of an object that must not be touched. */
    public static StorageProblemException refused(String detail) {
        return new StorageProblemException(Kind.REFUSED, detail);
    }

    /** Returns a problem without a clear result of the storage. */
    public static StorageProblemException unknown(String detail) {
        return new StorageProblemException(Kind.UNKNOWN, detail);
    }

    static StorageProblemException unknown(String what, IOException cause) {
        return unknown(what + ": " + reasonOf(cause));
    }

    /** Returns its meaning for the file. */
    public Kind kind() {
        return kind;
    }

    /** Returns the reason, as a phrase for a report. */
    public String detail() {
        return detail;
    }

    private static String reasonOf(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof FileSystemException named && named.getReason() != null) {
            return named.getReason();
        }
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : e.getClass().getSimpleName() + ": " + message;
    }
}
