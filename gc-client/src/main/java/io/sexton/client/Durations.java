package io.sexton.client;

import com.google.protobuf.Duration;

/** The conversion of durations to those of the schema. */
final class Durations {

    private Durations() {}

    static Duration of(java.time.Duration length) {
        return Duration.newBuilder()
                .setSeconds(length.getSeconds())
                .setNanos(length.getNano())
                .build();
    }
}
