package io.sexton.streams.decide;

import io.sexton.streams.model.EffectivePolicy;
import io.sexton.streams.model.FileState;
import io.sexton.streams.row.FileRowOrBuilder;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The due times of files (design, section 5). */
public final class Lingers {
    private Lingers() {}

    /** Returns when a file of this state is due under the policy; {@code null}: its state has no linger. */
    public static @Nullable Instant due(FileState state, FileRowOrBuilder row, EffectivePolicy policy) {
        Duration linger = switch (state) {
            case OBSOLETE -> policy.obsoleteLinger();
            case UNREFERENCED -> policy.orphanLinger();
            case ABANDONED -> row.getStaleTempManifest() ? Duration.ZERO : policy.tempLinger();
            case ABORTED -> policy.tempLinger();
            case UNKNOWN, LIVE, TEMP, CONDEMNED, GONE -> null;
        };
        return linger == null ? null : Instant.ofEpochMilli(row.getSinceMs()).plus(linger);
    }
}
