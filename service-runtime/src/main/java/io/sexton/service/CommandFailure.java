package io.sexton.service;

import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Ends a command with a message for the person who typed it, and with an exit code. */
public final class CommandFailure extends RuntimeException {

    private final int exitCode;

    private CommandFailure(int exitCode, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** The command, or a file that it names, must be changed. The message is one line. */
    public static CommandFailure usage(String message) {
        return new CommandFailure(ExitCode.USAGE, message, null);
    }

    /** The world is not as the command needs it. The message is one line and says what is wrong. */
    public static CommandFailure failed(String message, @Nullable Throwable cause) {
        return new CommandFailure(ExitCode.FAILED, message, cause);
    }

    /** Nobody reads standard output any more. There is nobody to inform either. */
    public static CommandFailure readerGone(Throwable cause) {
        return new CommandFailure(ExitCode.READER_GONE, "", cause);
    }

    /** As {@link #failed}; the message goes on with what was at the bottom of it. */
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

    /** Whether the command ends without a line. */
    public boolean isSilent() {
        return exitCode == ExitCode.READER_GONE;
    }

    public String oneLine() {
        return String.valueOf(getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
