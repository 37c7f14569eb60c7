package io.sexton.deleter.storage;

/** The decision whether a region's files may be worked on under the root that a command claims. */
sealed interface Admission {

    /** The root is the region's own. */
    record Admitted() implements Admission {}

    /** The root is not the region's own, now or later. */
    record Refused(String detail) implements Admission {}

    /** The region of the root is not known. WARNING: no file is touched then (I5). */
    record Unknown(String detail) implements Admission {}
}
