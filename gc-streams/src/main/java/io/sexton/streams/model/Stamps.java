package io.sexton.streams.model;

import io.sexton.streams.row.Stamp;

/** The order of stamps: by epoch, then by version, unsigned (design, section 5). */
public final class Stamps {
    private Stamps() {}

    public static Stamp of(long epoch, long version) {
        return Stamp.newBuilder().setEpoch(epoch).setVersion(version).build();
    }

    /** Returns the next unsigned version; for the largest, itself. */
    public static long next(long version) {
        return version == -1L ? version : version + 1;
    }

    /** Returns the stamp after a version; after the largest, the infinite one. */
    public static Stamp beyond(long epoch, long version) {
        return version == -1L ? infinite(epoch) : of(epoch, version + 1);
    }

    public static Stamp infinite(long epoch) {
        return Stamp.newBuilder().setEpoch(epoch).setInfinite(true).build();
    }

    public static boolean isAbove(Stamp a, Stamp b) {
        int epochs = Long.compareUnsigned(a.getEpoch(), b.getEpoch());
        if (epochs != 0) {
            return epochs > 0;
        }
        if (a.getInfinite() || b.getInfinite()) {
            return a.getInfinite() && !b.getInfinite();
        }
        return Long.compareUnsigned(a.getVersion(), b.getVersion()) > 0;
    }

    public static boolean isBelow(long version, long other) {
        return Long.compareUnsigned(version, other) < 0;
    }
}
