package io.sexton.deleter.storage;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;

/** Why an object, or a listing, cannot be had. */
public final class StorageProblemException extends Exception {

    /** What a problem means for the file. */
    public enum Kind {
        /** The storage said that it is not there. */
        ABSENT,
        /** It must not be touched. */
        REFUSED,
        /** The storage did not say, or said something else. */
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

    /** The storage said that it is not there. */
    public static StorageProblemException absent(String detail) {
        return new StorageProblemException(Kind.ABSENT, detail);
    }

    /** It must not be touched. */
    public static StorageProblemException refused(String detail) {
        return new StorageProblemException(Kind.REFUSED, detail);
    }

    /** The storage did not say, or said something else. */
    public static StorageProblemException unknown(String detail) {
        return new StorageProblemException(Kind.UNKNOWN, detail);
    }

    static StorageProblemException unknown(String what, IOException cause) {
        return unknown(what + ": " + reasonOf(cause));
    }

    /** What it means for the file. */
    public Kind kind() {
        return kind;
    }

    /** Why, as a phrase for a report. */
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
