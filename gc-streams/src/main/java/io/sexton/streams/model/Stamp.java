package io.sexton.streams.model;

/**
 * A point in the history of a manifest. Stamps compare by epoch, then by version, unsigned (design, section 5).
 *
 * @param infinite of an edit or snapshot of a database without versions: above every version of its epoch
 */
public record Stamp(long epoch, long version, boolean infinite) {

    public static Stamp of(long epoch, long version) {
        return new Stamp(epoch, version, false);
    }

    /** Returns the stamp after a version; after the largest, the infinite one. */
    public static Stamp beyond(long epoch, long version) {
        return version == -1L ? infinite(epoch) : of(epoch, version + 1);
    }

    public static Stamp infinite(long epoch) {
        return new Stamp(epoch, 0, true);
    }

    public boolean isAbove(Stamp other) {
        int epochs = Long.compareUnsigned(epoch, other.epoch);
        if (epochs != 0) {
            return epochs > 0;
        }
        if (infinite || other.infinite) {
            return infinite && !other.infinite;
        }
        return Long.compareUnsigned(version, other.version) > 0;
    }

    /** Returns the stamp of a removal at this one. Without a version it is above every version of its epoch. */
    public Stamp ofRemoval() {
        return version == 0 ? infinite(epoch) : this;
    }

    /** Returns the next unsigned version; for the largest, itself. */
    public static long next(long version) {
        return version == -1L ? version : version + 1;
    }

    /** Compares two versions, or two epochs. */
    public static boolean isBelow(long version, long other) {
        return Long.compareUnsigned(version, other) < 0;
    }

    public static long lower(long a, long b) {
        return isBelow(a, b) ? a : b;
    }
}
