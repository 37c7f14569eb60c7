package io.sexton.locks.core;

/**
 * Names one claim to a region's lock: the offset of its request on {@code gc.lock-requests}. Locks of a region are
 * granted in the order of their tokens, so of two holders the later one has the higher token.
 *
 * @param value an offset: unsigned
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
