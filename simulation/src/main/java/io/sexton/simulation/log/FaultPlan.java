package io.sexton.simulation.log;

import java.util.EnumMap;
import java.util.Map;

/** The faults that occur at random, each with its probability in thousandths of its occasions. Immutable. */
public final class FaultPlan {
    /** A kind of fault that occurs at random. */
    public enum Fault {
        /** A producer's record never reaches the log, and its send fails. */
        APPEND_LOST,
        /** A record is in the log, but its send fails. */
        ACKNOWLEDGEMENT_LOST,
        /** An event of a database stands in the log twice. */
        APPENDED_TWICE,
        /** A record takes long to the log. */
        APPEND_SLOW,
        /** A client misses an answer, and is notified that it may have. */
        ANSWER_MISSED,
        /** A client receives an answer late. */
        ANSWER_LATE,
        /** A fold's process dies with a transaction open. */
        FOLD_DIES_BEFORE_COMMIT,
        /** A fold's process dies right after a commit. */
        FOLD_DIES_AFTER_COMMIT,
        /** A deleter dies when files are gone and nothing is published. */
        DELETER_DIES_AFTER_DELETING,
        /** A deleter's machine freezes between the decision to make a storage call and the call. */
        DELETER_FREEZES_IN_A_CALL,
        /** A deleter dies right after its transaction. */
        DELETER_DIES_AFTER_COMMIT,
        /** A deleter's transaction fails. */
        REPORT_NOT_COMMITTED,
        /** A storage operation fails and does nothing. */
        STORAGE_FAILS,
        /** A storage operation succeeds, and its response is a time-out. */
        STORAGE_ANSWER_LOST,
        /** A storage call takes about as long as it may, or longer. */
        STORAGE_SLOW,
        /** Storage keeps other bytes than it was given. */
        STORAGE_DAMAGES,
        /**
         * A writer overwrites an object without an event between a deleter's check and its delete; in object stores,
         * whose deletes are conditional.
         */
        WRITER_COMES_BETWEEN,
        /** A writer overwrites an object without an event before a deleter's check. */
        WRITER_COMES_BEFORE,
        /** A page of a listing is missing. */
        LISTING_FAILS,
        /** Between two pages of a listing much happens. */
        LISTING_SLOW
    }

    /** No faults. */
    public static final FaultPlan NONE = new FaultPlan(Map.of());

    private final Map<Fault, Integer> permille;

    public FaultPlan(Map<Fault, Integer> permille) {
        this.permille = permille.isEmpty() ? Map.of() : new EnumMap<>(permille);
    }

    public int permille(Fault fault) {
        return permille.getOrDefault(fault, 0);
    }

    /** Returns this plan without one kind of fault. */
    public FaultPlan without(Fault fault) {
        Map<Fault, Integer> rest = new EnumMap<>(Fault.class);
        permille.forEach((each, chances) -> {
            if (each != fault) {
                rest.put(each, chances);
            }
        });
        return new FaultPlan(rest);
    }

    @Override
    public String toString() {
        return permille.toString();
    }
}
