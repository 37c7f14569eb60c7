package io.sexton.deleter.storage;

import io.sexton.deleter.core.ObjectFacts;

/** The result of a stat. */
public sealed interface Lookup {

    /** A file is there. */
    record Found(ObjectFacts facts) implements Lookup {}

    /** The storage reported that the file does not exist. */
    record Absent(String detail) implements Lookup {}

    /** The path or the root is not one that this store serves, or what lies there is no plain file. */
    record Refused(String detail) implements Lookup {}

    /** The storage did not answer, or not clearly. WARNING: this is not absence (I5). */
    record Unknown(String detail) implements Lookup {}
}
