package io.sexton.streams.decide;

import io.sexton.streams.model.EffectivePolicy;
import io.sexton.streams.model.FileState;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The due times of files (design, section 5). */
public final class Lingers {
    private Lingers() {}

    /** Returns when a file is due that has had this state since then; {@code null}: the state has no linger. */
    public static @Nullable Instant due(FileState state, Instant since, EffectivePolicy policy) {
        Duration linger = switch (state) {
            case FileState.Obsolete obsolete -> policy.obsoleteLinger();
            case FileState.Unreferenced unreferenced -> policy.orphanLinger();
            case FileState.Abandoned abandoned -> abandoned.staleTempManifest() ? Duration.ZERO : policy.tempLinger();
            case FileState.Aborted aborted -> policy.tempLinger();
            case FileState.Live live -> null;
            case FileState.Temporary temporary -> null;
            case FileState.Condemned condemned -> null;
            case FileState.Gone gone -> null;
        };
        return linger == null ? null : since.plus(linger);
    }
}
