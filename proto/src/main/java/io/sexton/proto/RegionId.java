package io.sexton.proto;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The id of a region, which is the unit of order, of locks and of deletion. Its UTF-8 bytes are the record key on every
 * topic that is keyed by region.
 *
 * <p>Any well-formed Unicode of 1 to {@value #MAX_BYTES} bytes in UTF-8 without control characters (U+0000 to U+001F,
 * U+007F to U+009F) is a region id; databases choose it.
 *
 * <p>Regions are ordered by their UTF-8 bytes, unsigned, as the keys in the stores are (I8).
 *
 * <p>Immutable and safe for use by any thread.
 *
 * @param value the id as text, as in events and commands
 */
public record RegionId(String value) implements Comparable<RegionId> {

    /**
     * Longest region id, in bytes of UTF-8. Bounded because it is in the key of every record and of every stored row.
     */
    public static final int MAX_BYTES = FieldProblem.MAX_ID_BYTES;

    /** Longest region id that an earlier version accepted. */
    private static final int MAX_STORED_BYTES = 1024;

    /**
     * Accepts also ids of earlier versions, because stored rows may contain them: up to 1,024 bytes, control characters
     * included. Use {@link #of} for any other purpose.
     *
     * @throws IllegalArgumentException if it was never a region id; the message gives the reason, and is safe to log
     */
    public RegionId {
        @Nullable String problem = value.isEmpty() ? "is empty" : Text.problemWithUtf8(value, MAX_STORED_BYTES);
        if (problem != null) {
            throw notARegion(value, problem);
        }
    }

    private static IllegalArgumentException notARegion(String value, String problem) {
        return new IllegalArgumentException("not a region id: " + Text.quoted(value) + " " + problem);
    }

    /**
     * Returns the region id with this text.
     *
     * @throws IllegalArgumentException if the text is not a region id; the message gives the reason and is safe to log
     */
    public static RegionId of(String value) {
        problemWith(value).ifPresent(problem -> {
            throw notARegion(value, problem);
        });
        return new RegionId(value);
    }

    /**
     * Returns the region id in a record key.
     *
     * @throws IllegalArgumentException if the key is not UTF-8 or not a region id; the message gives the reason
     */
    public static RegionId fromKey(byte[] key) {
        try {
            // A decoder made by newDecoder() reports malformed bytes; a String constructor would replace them, and then
            // two different keys would be one region.
            return of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(key))
                    .toString());
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("not a region id: " + key.length + " bytes that are not UTF-8", e);
        }
    }

    /**
     * Returns the problem with a text that is not a region id, for callers that report it without an exception.
     *
     * @return a phrase with the id as its subject ("is empty"); empty if the text is a region id
     */
    public static Optional<String> problemWith(String value) {
        return Optional.ofNullable(Text.problemWithId(value));
    }

    /** Returns the record key of this region: its UTF-8 bytes, in a new array. */
    public byte[] toKey() {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public int compareTo(RegionId other) {
        return Text.compareAsUtf8(value, other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
