package io.sexton.streams.topology;

import io.sexton.fold.topology.ClockLag;
import io.sexton.streams.core.Output;
import java.time.Duration;

/** Counts what the folds of a process do. Called by the threads of Kafka Streams: must be thread safe and quick. */
public interface FoldMetrics {
    FoldMetrics NONE = new FoldMetrics() {
        @Override
        public void applied(Duration took) {}

        @Override
        public void said(Output output) {}
    };

    /** A record has been applied, and kept its partition's thread for so long. */
    void applied(Duration took);

    /** The fold has said something. A transaction that is aborted says it again. */
    void said(Output output);

    /** Returns what takes how far the clocks are behind. */
    default ClockLag clockLag() {
        return ClockLag.UNMEASURED;
    }
}
