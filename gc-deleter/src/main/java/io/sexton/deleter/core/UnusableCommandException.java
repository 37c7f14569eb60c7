package io.sexton.deleter.core;

/** A command does not say enough, or says something that this build does not understand; its message says what. */
public final class UnusableCommandException extends Exception {

    UnusableCommandException(String message) {
        super(message);
    }
}
