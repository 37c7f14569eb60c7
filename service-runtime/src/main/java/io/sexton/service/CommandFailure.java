package io.sexton.service;

import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A failure that ends a command with a message for its user and an exit code. */
public final class CommandFailure extends RuntimeException {

    private final int exitCode;

    private CommandFailure(int exitCode, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /**
     * Returns a failure that the user corrects in the command line or in a file that it names. The message is one line.
     */
    public static CommandFailure usage(String message) {
        return new CommandFailure(ExitCode.USAGE, message, null);
    }

    /** Returns a failure of the command's environment. The message is one line and names the cause. */
    public static CommandFailure failed(String message, @Nullable Throwable cause) {
        return new CommandFailure(ExitCode.FAILED, message, cause);
    }

    /** Returns the failure for a closed standard output. It has no message, because no reader is left. */
    public static CommandFailure readerGone(Throwable cause) {
        return new CommandFailure(ExitCode.READER_GONE, "", cause);
    }

    /** Returns the same as {@link #failed}; the message ends with the root cause. */
    public static CommandFailure because(String message, Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return new CommandFailure(ExitCode.FAILED, message + ": " + reason(root), cause);
    }

    private static String reason(Throwable root) {
        if (root.getMessage() != null) {
            return root.getMessage();
        }
        return root instanceof TimeoutException
                ? "no answer in time"
                : root.getClass().getSimpleName();
    }

    public int exitCode() {
        return exitCode;
    }

    /** Returns true if the command ends without a message. */
    public boolean isSilent() {
        return exitCode == ExitCode.READER_GONE;
    }

    public String oneLine() {
        return String.valueOf(getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
