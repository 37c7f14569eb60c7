package io.sexton.deleter.storage;

import io.sexton.deleter.core.Expectation;

/** The outcome of a move. */
public sealed interface Moved {

    /** It has the new key, and no longer the old one. */
    record Done(long sizeBytes) implements Moved {}

    /** The storage reported that the object does not exist. */
    record Absent(String detail) implements Moved {}

    /** The object is another one than expected. */
    record Changed(String detail) implements Moved {}

    /** The object is below the floor for its age, and stays. */
    record TooYoung(Expectation.Verdict.TooYoung verdict) implements Moved {}

    /** Another object has the new key already, and both stay as they are. */
    record Taken(String detail) implements Moved {}

    /** This store cannot move it, now or later. */
    record Refused(String detail) implements Moved {}

    /** It was not attempted: the deleter itself withheld it. */
    record Withheld(String detail) implements Moved {}

    /** The storage did not answer, or not clearly; the object has the old key, the new one, or both. */
    record Unknown(String detail) implements Moved {}
}
