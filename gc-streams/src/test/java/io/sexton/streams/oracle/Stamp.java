package io.sexton.streams.oracle;

/**
 * "A stamp is (region's epoch, version); stamps compare in that order." "Versions and epochs compare unsigned."
 *
 * @param infinite "`removed`: … of an unversioned edit or snapshot: infinite"; the version is then 0 and not looked at
 */
record Stamp(long epoch, long version, boolean infinite) implements Comparable<Stamp> {

    static Stamp of(long epoch, long version) {
        return new Stamp(epoch, version, false);
    }

    /** Returns the stamp at which a manifest of this version removed a file. */
    static Stamp ofRemoval(long epoch, long version) {
        return new Stamp(epoch, version, version == 0);
    }

    boolean above(Stamp other) {
        return compareTo(other) > 0;
    }

    @Override
    public int compareTo(Stamp other) {
        if (epoch != other.epoch) {
            return Long.compareUnsigned(epoch, other.epoch);
        }
        if (infinite != other.infinite) {
            return infinite ? 1 : -1;
        }
        return Long.compareUnsigned(version, other.version);
    }

    static boolean above(long version, long other) {
        return Long.compareUnsigned(version, other) > 0;
    }

    static long min(long version, long other) {
        return above(version, other) ? other : version;
    }

    static long max(long version, long other) {
        return above(version, other) ? version : other;
    }

    /** Returns the next version; for the last one, itself. */
    static long next(long version) {
        return version == -1L ? version : version + 1;
    }
}
