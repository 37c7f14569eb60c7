package io.sexton.client;

import com.google.protobuf.Duration;

/** Lengths of time as the schema has them. */
final class Durations {

    private Durations() {}

    static Duration of(java.time.Duration length) {
        return Duration.newBuilder()
                .setSeconds(length.getSeconds())
                .setNanos(length.getNano())
                .build();
    }
}
