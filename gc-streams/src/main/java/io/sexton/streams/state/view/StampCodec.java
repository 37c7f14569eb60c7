package io.sexton.streams.state.view;

import io.sexton.streams.model.Stamp;

/** The stored form of stamps. */
public final class StampCodec {
    private StampCodec() {}

    public static Stamp read(io.sexton.streams.row.Stamp row) {
        return new Stamp(row.getEpoch(), row.getVersion(), row.getInfinite());
    }

    public static io.sexton.streams.row.Stamp write(Stamp stamp) {
        return io.sexton.streams.row.Stamp.newBuilder()
                .setEpoch(stamp.epoch())
                .setVersion(stamp.version())
                .setInfinite(stamp.infinite())
                .build();
    }
}
