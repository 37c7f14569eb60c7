package io.sexton.deleter.core;

import io.sexton.v1.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The deleter's own lower bounds on how long a file has been garbage and how old its object is (design, section 8, step 4).
 * They come from the deleter's configuration, so no event can lower them: whoever may write to the log can have a region
 * dropped with a linger of a millisecond, and the files still stay for as long as is configured here (I1).
 *
 * <p>Time is the {@code decided_at} of the command, and no clock of this machine: a later emission is decided later, so a
 * file that stays because of a floor goes once the floor is passed (I6).
 *
 * @param minimumLinger how long a file must have been garbage, by the reason of its condemnation; no entry: no floor
 * @param minimumAge how long ago the object must have been written; zero: no floor
 */
public record Floors(Map<Reason, Duration> minimumLinger, Duration minimumAge) {

    /** No floors at all: for tests, trials and data that does not matter. */
    public static final Floors NONE = new Floors(Map.of(), Duration.ZERO);

    /** A floor that keeps a file. */
    public enum Floor {
        /** Least time for which a file must have been garbage. */
        MINIMUM_LINGER("minimum-linger"),
        /** Least age of an object. */
        MINIMUM_AGE("minimum-age");

        private final String text;

        Floor(String text) {
            this.text = text;
        }

        /** Its key in a store's configuration. */
        public String text() {
            return text;
        }
    }

    /** @throws IllegalArgumentException if a floor is negative */
    public Floors {
        minimumLinger = Map.copyOf(minimumLinger);
        minimumLinger.forEach((reason, linger) -> {
            if (linger.isNegative()) {
                throw new IllegalArgumentException("minimum-linger must not be negative, for " + reason);
            }
        });
        if (minimumAge.isNegative()) {
            throw new IllegalArgumentException("minimum-age must not be negative");
        }
    }

    /**
     * Returns the result of a file that has not been garbage for long enough, or whose command does not state what a
     * floor needs; empty if the file may go as far as its condemnation is concerned.
     */
    public Optional<FileResult> below(Condemnation condemned) {
        Duration linger = lingerFor(condemned.reason());
        @Nullable Instant decided = condemned.decidedAt();
        if (decided == null) {
            // WARNING: a floor that cannot be computed keeps the file (I5).
            return linger.isZero() && minimumAge.isZero()
                    ? Optional.empty()
                    : Optional.of(FileResult.below(
                            linger.isZero() ? Floor.MINIMUM_AGE : Floor.MINIMUM_LINGER,
                            "the command does not state when it was decided"));
        }
        if (linger.isZero()) {
            return Optional.empty();
        }
        @Nullable Instant since = condemned.since();
        if (since == null) {
            return Optional.of(FileResult.below(
                    Floor.MINIMUM_LINGER, "the command does not state since when the file is garbage"));
        }
        Duration lingered = Duration.between(since, decided);
        return lingered.compareTo(linger) < 0
                ? Optional.of(FileResult.below(
                        Floor.MINIMUM_LINGER,
                        "%s for %s; the command was decided %s after the file became garbage"
                                .formatted(text(linger), condemned.reason(), text(lingered))))
                : Optional.empty();
    }

    /** Returns the expectation, narrowed to objects that are old enough. */
    public Expectation narrow(Expectation expected, Condemnation condemned) {
        @Nullable Instant decided = condemned.decidedAt();
        return minimumAge.isZero() || decided == null
                ? expected
                : expected.writtenBy(decided.minus(minimumAge), text(minimumAge));
    }

    /** A reason that this build does not know could be any: the largest floor holds for it. */
    private Duration lingerFor(Reason reason) {
        return switch (reason) {
            case OBSOLETE, ORPHAN, TEMPORARY, WRITE_ABORTED, REGION_GONE, EXPIRED, STALE_TEMP_MANIFEST ->
                minimumLinger.getOrDefault(reason, Duration.ZERO);
            case REASON_UNSPECIFIED, UNRECOGNIZED ->
                minimumLinger.values().stream().max(Duration::compareTo).orElse(Duration.ZERO);
        };
    }

    private static String text(Duration length) {
        long millis = length.toMillis();
        return millis % 1_000 == 0 ? millis / 1_000 + " s" : millis + " ms";
    }
}
