package io.sexton.client.locks;

/**
 * The token of one grant of a region's lock. A later grant in the same region has a higher token. Every
 * {@code DeletionReport} carries it, for the audit.
 *
 * @param value the token, unsigned
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
