package io.sexton.streams.topology;

import io.sexton.fold.topology.ClockLag;
import io.sexton.streams.model.Output;
import java.time.Duration;

/** The metrics of the folds of a process. Called by the threads of Kafka Streams: must be thread safe and quick. */
public interface FoldMetrics {
    FoldMetrics NONE = new FoldMetrics() {
        @Override
        public void applied(Duration took) {}

        @Override
        public void said(Output output) {}
    };

    /** Counts an applied record, and the time that it took. */
    void applied(Duration took);

    /** Counts an output of the fold. An output is counted again if its transaction is aborted. */
    void said(Output output);

    /** Returns the metric of the lag of the clocks. */
    default ClockLag clockLag() {
        return ClockLag.UNMEASURED;
    }
}
