package io.sexton.client.internal;

import com.google.protobuf.Duration;

/** The conversion of durations to those of the schema. */
public final class Durations {

    private Durations() {}

    public static Duration of(java.time.Duration length) {
        return Duration.newBuilder()
                .setSeconds(length.getSeconds())
                .setNanos(length.getNano())
                .build();
    }
}
