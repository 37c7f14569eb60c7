package io.sexton.fold.topology;

import java.time.Duration;

/**
 * A measure of how far each partition's log clock is behind append time. Called by the threads of Kafka Streams: must be
 * thread safe and quick.
 */
public interface ClockLag {
    ClockLag UNMEASURED = new ClockLag() {
        @Override
        public void measured(int partition, Duration behind) {}

        @Override
        public void closed(int partition) {}
    };

    /** Receives the lag at the partition's last tick. */
    void measured(int partition, Duration behind);

    /** Removes a partition that is no longer folded here, with its last lag. */
    void closed(int partition);
}
