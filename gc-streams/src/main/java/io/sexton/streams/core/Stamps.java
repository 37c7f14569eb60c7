package io.sexton.streams.core;

import io.sexton.streams.core.row.Stamp;

/** Stamps compare by epoch, then by version, unsigned (design, section 5). */
final class Stamps {
    private Stamps() {}

    static Stamp of(long epoch, long version) {
        return Stamp.newBuilder().setEpoch(epoch).setVersion(version).build();
    }

    /** The next version; the largest has none, and stands for itself. Versions are unsigned. */
    static long next(long version) {
        return version == -1L ? version : version + 1;
    }

    /** Beyond that version; of the largest, beyond all. */
    static Stamp beyond(long epoch, long version) {
        return version == -1L ? infinite(epoch) : of(epoch, version + 1);
    }

    static Stamp infinite(long epoch) {
        return Stamp.newBuilder().setEpoch(epoch).setInfinite(true).build();
    }

    static boolean isAbove(Stamp a, Stamp b) {
        int epochs = Long.compareUnsigned(a.getEpoch(), b.getEpoch());
        if (epochs != 0) {
            return epochs > 0;
        }
        if (a.getInfinite() || b.getInfinite()) {
            return a.getInfinite() && !b.getInfinite();
        }
        return Long.compareUnsigned(a.getVersion(), b.getVersion()) > 0;
    }

    static boolean isBelow(long version, long other) {
        return Long.compareUnsigned(version, other) < 0;
    }
}
