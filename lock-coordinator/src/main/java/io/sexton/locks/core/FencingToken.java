package io.sexton.locks.core;

/**
 * The token of one claim to a region's lock: the offset of its request on {@code gc.lock-requests}. Locks of a region
 * are granted in the order of their tokens, so a later holder has a higher token.
 *
 * @param value offset, unsigned
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
