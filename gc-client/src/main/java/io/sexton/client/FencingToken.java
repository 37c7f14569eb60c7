package io.sexton.client;

/**
 * Names one grant of a region's lock: of two grants in a region the later one has the higher token. Stands in every
 * {@code DeletionReport}, for the audit.
 *
 * @param value unsigned
 */
public record FencingToken(long value) implements Comparable<FencingToken> {

    @Override
    public int compareTo(FencingToken other) {
        return Long.compareUnsigned(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toUnsignedString(value);
    }
}
