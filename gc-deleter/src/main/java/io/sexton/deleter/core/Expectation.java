package io.sexton.deleter.core;

import io.sexton.proto.Times;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.FileRef;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The identity that an object must have in order to be the file that was condemned (design, section 8, step 5). A path can be reused: a
 * database writes a new file under the name of an old one, and a command that is late or delivered twice would then
 * delete live data (I1).
 *
 * <p>Identity is an etag, or a modification time together with a size; times compare in whole milliseconds. A size
 * alone identifies nothing: writers announce files before they know it.
 *
 * @param etag the etag of the condemned file, or null if the databases named none
 * @param sizeBytes its size, or null if they named none
 * @param modifiedAt its modification time, or null if they named none
 * @param notModifiedAfter an object that was modified later is another one; null where the reason of the condemnation
 *     allows later writes
 * @param age the least age of the object; null: any age
 */
public record Expectation(
        @Nullable String etag,
        @Nullable Long sizeBytes,
        @Nullable Instant modifiedAt,
        @Nullable Instant notModifiedAfter,
        @Nullable Age age) {

    /**
     * The least age of an object.
     *
     * @param writtenBy an object that was modified later is too young
     * @param floor the floor, for people
     */
    public record Age(Instant writtenBy, String floor) {}

    /** Creates the expectation of an object of any age. */
    public Expectation(
            @Nullable String etag,
            @Nullable Long sizeBytes,
            @Nullable Instant modifiedAt,
            @Nullable Instant notModifiedAfter) {
        this(etag, sizeBytes, modifiedAt, notModifiedAfter, null);
    }

    /** Largest lead of a store's clock over the clock that {@code since} was read from. */
    public static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    /** The result of comparing an object with an expectation. */
    public sealed interface Verdict {

        /** The object has the identity of the condemned file. */
        record Same() implements Verdict {}

        /** It is another object. */
        record Different(String detail) implements Verdict {}

        /** The command names an identity that this store does not have. */
        record Unverifiable(String detail) implements Verdict {}

        /** It may be the condemned file, and is below the floor for its age. */
        record TooYoung(String detail) implements Verdict {

            /** Returns the result of a file that stays because of its age. */
            public FileResult result() {
                return FileResult.below(Floors.Floor.MINIMUM_AGE, detail);
            }
        }
    }

    /**
     * Returns the expectation of a file of a command.
     *
     * @throws UnusableCommandException if it lacks what the check needs: then the file is kept (I5)
     */
    public static Expectation of(CondemnedFile condemned) throws UnusableCommandException {
        FileRef file = condemned.getFile();
        // Proto3 has no absence for these: an empty etag and a size of zero are what a producer that names none sends.
        @Nullable String etag = file.getEtag().isEmpty() ? null : file.getEtag();
        @Nullable Long sizeBytes = file.getSizeBytes() == 0 ? null : file.getSizeBytes();
        @Nullable Instant modifiedAt = file.hasModifiedAt() ? Times.of(file.getModifiedAt()) : null;
        return new Expectation(etag, sizeBytes, modifiedAt, latestWrite(condemned));
    }

    /** Returns the expectation of this very object, as a store has just returned it. */
    public static Expectation exactly(ObjectFacts facts) {
        return new Expectation(
                facts.etag(), facts.sizeBytes(), facts.modifiedAt().truncatedTo(ChronoUnit.MILLIS), null);
    }

    private static @Nullable Instant latestWrite(CondemnedFile condemned) throws UnusableCommandException {
        return switch (condemned.getReason()) {
            case OBSOLETE, ORPHAN, TEMPORARY, WRITE_ABORTED, STALE_TEMP_MANIFEST -> {
                if (!condemned.hasSince()) {
                    throw new UnusableCommandException("the command does not say since when the file is garbage");
                }
                yield Times.of(condemned.getSince()).plus(CLOCK_SKEW);
            }
            // A region that is gone has no writer; an expired file is judged by its own time.
            case REGION_GONE, EXPIRED -> null;
            // WARNING: a reason that this build does not know may need a check that it does not make (I5).
            case REASON_UNSPECIFIED, UNRECOGNIZED ->
                throw new UnusableCommandException("this deleter does not know reason " + condemned.getReasonValue()
                        + "; is it older than gc-streams?");
        };
    }

    /** HTTP puts an etag into quotation marks; not everyone who passes one on does. */
    private static String unquoted(String etag) {
        boolean quoted = etag.length() >= 2 && etag.startsWith("\"") && etag.endsWith("\"");
        return quoted ? etag.substring(1, etag.length() - 1) : etag;
    }

    /** Returns the same expectation of an object that was written by then. */
    Expectation writtenBy(Instant latest, String floor) {
        return new Expectation(etag, sizeBytes, modifiedAt, notModifiedAfter, new Age(latest, floor));
    }

    /** Compares the object that lies under the path now with the one that was condemned, and with the least age. */
    public Verdict verify(ObjectFacts found) {
        Verdict identity = verifyIdentity(found);
        // WARNING: only what would be deleted is compared with the floor, so that it never hides that a path was
        // reused.
        return identity instanceof Verdict.Same
                        && age != null
                        && found.modifiedAt().isAfter(age.writtenBy())
                ? new Verdict.TooYoung(age.floor() + "; modified at " + found.modifiedAt())
                : identity;
    }

    private Verdict verifyIdentity(ObjectFacts found) {
        Instant written = found.modifiedAt().truncatedTo(ChronoUnit.MILLIS);
        if (notModifiedAfter != null && written.isAfter(notModifiedAfter)) {
            return new Verdict.Different("modified at " + written + ", after it became garbage");
        }
        if (etag != null && found.etag() != null) {
            return unquoted(etag).equals(unquoted(found.etag()))
                    ? new Verdict.Same()
                    : new Verdict.Different("etag is " + found.etag() + ", the condemned file's was " + etag);
        }
        if (modifiedAt == null) {
            return etag == null
                    ? new Verdict.Same()
                    : new Verdict.Unverifiable("the store has no etags, and the command names no modification time");
        }
        if (!written.equals(modifiedAt)) {
            return new Verdict.Different("modified at " + written + ", the condemned file at " + modifiedAt);
        }
        if (sizeBytes != null && !Objects.equals(sizeBytes, found.sizeBytes())) {
            return new Verdict.Different(
                    "has " + found.sizeBytes() + " bytes, the condemned file had " + Long.toUnsignedString(sizeBytes));
        }
        return new Verdict.Same();
    }
}
