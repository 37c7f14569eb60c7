package io.sexton.deleter.storage;

import io.sexton.deleter.core.Expectation;

/** What became of an object that was to be moved. */
public sealed interface Moved {

    /** It lies under the new key, and no longer under the old one. */
    record Done(long sizeBytes) implements Moved {}

    /** The storage said that there is nothing to move. */
    record Absent(String detail) implements Moved {}

    /** What lies there is another object than was expected. */
    record Changed(String detail) implements Moved {}

    /** What lies there is below the floor for its age, and stays. */
    record TooYoung(Expectation.Verdict.TooYoung verdict) implements Moved {}

    /** Something lies under the new key already, and both stay as they are. */
    record Taken(String detail) implements Moved {}

    /** This store will not move it, now or later. */
    record Refused(String detail) implements Moved {}

    /** The storage did not answer, or not clearly; it lies under the old key, the new one, or both. */
    record Unknown(String detail) implements Moved {}
}
