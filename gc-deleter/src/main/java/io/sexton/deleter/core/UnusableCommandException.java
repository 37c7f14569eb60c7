package io.sexton.deleter.core;

/** The failure of a command that lacks a field, or has a value that this build does not know; its message names it. */
public final class UnusableCommandException extends Exception {

    UnusableCommandException(String message) {
        super(message);
    }
}
