package io.sexton.streams.core;

import io.sexton.streams.core.row.FileRowOrBuilder;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** When a file falls due (design, section 5). */
final class Lingers {
    private Lingers() {}

    /** When a file of this state is due under the policy; {@code null}: never by lingering. */
    static @Nullable Instant due(FileState state, FileRowOrBuilder row, EffectivePolicy policy) {
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
