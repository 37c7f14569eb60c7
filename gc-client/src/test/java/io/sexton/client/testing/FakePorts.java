package io.sexton.client.testing;

import io.sexton.client.spi.AnswerFeed;
import io.sexton.client.spi.ClientPorts;
import io.sexton.client.spi.LogWriter;
import io.sexton.client.spi.MonotonicClock;
import io.sexton.client.spi.Timers;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** The ports of a test, which reads the answers of all topics from one feed. */
public record FakePorts(
        LogWriter log,
        Function<AnswerFeed.Sink, AnswerFeed> feed,
        MonotonicClock clock,
        Timers timers,
        Executor sends,
        Executor callbacks)
        implements ClientPorts {

    /** Returns ports whose executors run each task at once, and whose timers never fire. */
    public static FakePorts of(LogWriter log, Function<AnswerFeed.Sink, AnswerFeed> feed, MonotonicClock clock) {
        return new FakePorts(log, feed, clock, (deadline, action) -> () -> {}, Runnable::run, Runnable::run);
    }

    /** Returns these ports with other timers. */
    public FakePorts timers(Timers other) {
        return new FakePorts(log, feed, clock, other, sends, callbacks);
    }

    /** Returns these ports with other executors. */
    public FakePorts executors(Executor forSends, Executor forCallbacks) {
        return new FakePorts(log, feed, clock, timers, forSends, forCallbacks);
    }

    @Override
    public String processId() {
        return "process";
    }

    @Override
    public AnswerFeed answers(String topic, AnswerFeed.Sink sink) {
        return feed.apply(sink);
    }
}
