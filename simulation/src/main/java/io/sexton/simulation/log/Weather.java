package io.sexton.simulation.log;

import java.util.EnumMap;
import java.util.Map;

/** What goes wrong by itself, and how often: in a thousand times that it could. Immutable. */
public final class Weather {
    /** One kind of bad luck. */
    public enum Mishap {
        /** A producer's record never reaches the log, and its sender hears of a failure. */
        APPEND_LOST,
        /** A record is in the log, but its sender hears of a failure. */
        ACKNOWLEDGEMENT_LOST,
        /** An event of a database stands in the log twice. */
        APPENDED_TWICE,
        /** A record takes long to the log. */
        APPEND_SLOW,
        /** A client misses an answer, and is told that it may have. */
        ANSWER_MISSED,
        /** A client hears of an answer late. */
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
        /** A storage operation does its work, and the answer is a time-out. */
        STORAGE_ANSWER_LOST,
        /** A storage call takes about as long as it may, or longer. */
        STORAGE_SLOW,
        /** Storage keeps other bytes than it was given. */
        STORAGE_DAMAGES,
        /** Somebody writes anew what was just looked at, and asks nobody: in object stores, whose deletes are conditional. */
        WRITER_COMES_BETWEEN,
        /** Somebody writes anew what is about to be looked at, and asks nobody. */
        WRITER_COMES_BEFORE,
        /** A page of a listing is missing. */
        LISTING_FAILS,
        /** Between two pages of a listing much happens. */
        LISTING_SLOW
    }

    /** Nothing goes wrong. */
    public static final Weather CALM = new Weather(Map.of());

    private final Map<Mishap, Integer> permille;

    public Weather(Map<Mishap, Integer> permille) {
        this.permille = permille.isEmpty() ? Map.of() : new EnumMap<>(permille);
    }

    public int permille(Mishap mishap) {
        return permille.getOrDefault(mishap, 0);
    }

    /** The same without one kind of bad luck. */
    public Weather without(Mishap mishap) {
        Map<Mishap, Integer> rest = new EnumMap<>(Mishap.class);
        permille.forEach((each, chances) -> {
            if (each != mishap) {
                rest.put(each, chances);
            }
        });
        return new Weather(rest);
    }

    @Override
    public String toString() {
        return permille.toString();
    }
}
