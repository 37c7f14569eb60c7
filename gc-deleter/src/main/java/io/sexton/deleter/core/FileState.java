package io.sexton.deleter.core;

/**
 * The state of one file of a command, from its reading to its report. A revoke of a file that is in a call does not change
 * the call's outcome; it only keeps a call that has not begun from beginning.
 */
sealed interface FileState {

    /** No result yet, and in no call. */
    sealed interface Pending extends FileState {}

    /** In a call that has been given out. */
    sealed interface Called extends FileState {}

    /** To be treated as the command states. */
    record Open() implements Pending {}

    /** Revoked: to be looked at, and otherwise left alone. */
    record Revoked() implements Pending {}

    /** In a call that treats it as the command states. */
    record InCall() implements Called {}

    /** In a call that looks at it. */
    record LookInCall() implements Called {}

    /** Revoked after the call that treats it was given out. */
    record RevokedInCall() implements Called {}

    /** Has its result, which is final. */
    record Settled(FileResult result) implements FileState {}

    /**
     * Returns the state once the file is part of a call.
     *
     * @throws IllegalStateException if it is in one already, or settled
     */
    default FileState called() {
        return switch (this) {
            case Open open -> new InCall();
            case Revoked revoked -> new LookInCall();
            case Called called -> throw new IllegalStateException("in a call already: " + called);
            case Settled settled -> throw new IllegalStateException("settled already: " + settled);
        };
    }

    /** Returns the state after the call was not begun. WARNING: a file that was revoked meanwhile stays revoked (I4). */
    default FileState reopened() {
        return switch (this) {
            case InCall inCall -> new Open();
            case LookInCall look -> new Revoked();
            case RevokedInCall revoked -> new Revoked();
            case Pending pending -> pending;
            case Settled settled -> settled;
        };
    }

    /** Returns the state after a revoke of the file has been read. */
    default FileState revoked() {
        return switch (this) {
            case Open open -> new Revoked();
            case InCall inCall -> new RevokedInCall();
            case Revoked revoked -> revoked;
            case LookInCall look -> look;
            case RevokedInCall revoked -> revoked;
            case Settled settled -> settled;
        };
    }

    /** Returns the settled state; the first result stands. */
    default Settled settled(FileResult result) {
        return this instanceof Settled settled ? settled : new Settled(result);
    }
}
