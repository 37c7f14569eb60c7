package io.sexton.locks.topology;

import io.sexton.fold.core.LogRecord;
import io.sexton.fold.core.Placement;
import io.sexton.fold.state.StreamsStore;
import io.sexton.fold.topology.AppliedOffset;
import io.sexton.fold.topology.ClockLag;
import io.sexton.fold.topology.ClockLagWatch;
import io.sexton.fold.topology.ClockWarnings;
import io.sexton.fold.topology.DeadLetters;
import io.sexton.fold.topology.LogRecords;
import io.sexton.fold.topology.Ticker;
import io.sexton.locks.core.LockFold;
import io.sexton.locks.core.Output;
import io.sexton.proto.Topics;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The processor that runs the lock fold of one partition inside Kafka Streams. Contains no lock rules. */
final class LockProcessor implements Processor<byte[], byte[], byte[], byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(LockProcessor.class);

    private final Ticker ticker;
    private final Duration tickInterval;
    private final Placement placement;
    private final Consumer<Output> listener;
    private final ClockLag clockLag;
    private final ClockWarnings clocks = new ClockWarnings(Topics.LOCK_REQUESTS, "no lease ends");
    private ProcessorContext<byte[], byte[]> context;
    private AppliedOffset position;
    private LockFold fold;
    private ClockLagWatch lagWatch;

    @SuppressWarnings("NullAway.Init") // Streams calls init first
    LockProcessor(
            Ticker ticker, Duration tickInterval, Placement placement, Consumer<Output> listener, ClockLag clockLag) {
        this.ticker = ticker;
        this.tickInterval = tickInterval;
        this.placement = placement;
        this.listener = listener;
        this.clockLag = clockLag;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> processorContext) {
        context = processorContext;
        position =
                new AppliedOffset(context.getStateStore(AppliedOffset.STORE), Topics.LOCK_REQUESTS + "-" + partition());
        fold = new LockFold(new StreamsStore(context.getStateStore(LocksTopology.LOCKS)), placement, this::forward);
        context.schedule(tickInterval, PunctuationType.WALL_CLOCK_TIME, now -> atInterval());
        lagWatch = new ClockLagWatch(
                Topics.LOCK_REQUESTS, partition(), "leases end", clockLag, context::currentSystemTimeMs);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        LogRecord entry = LogRecords.of(record, context);
        if (position.advance(entry.offset())) {
            fold.apply(entry);
            lagWatch.observe(fold.clock());
        }
    }

    @Override
    public void close() {
        lagWatch.close();
    }

    private void atInterval() {
        ticker.atInterval(partition(), fold.nextWork());
    }

    private int partition() {
        return context.taskId().partition();
    }

    private void forward(Output output) {
        listener.accept(output);
        switch (output) {
            case Output.Event event ->
                context.forward(
                        new Record<>(
                                event.region().toKey(), event.event().toByteArray(), context.currentSystemTimeMs()),
                        LocksTopology.TO_EVENTS);
            case Output.DeadLetter letter -> {
                LogRecord dead = letter.record();
                String reason = DeadLetters.shortened(letter.reason());
                LOG.warn(
                        "{}-{} offset {} cannot be applied and goes to {}: {}",
                        Topics.LOCK_REQUESTS,
                        dead.partition(),
                        dead.offset(),
                        Topics.DEAD_LETTERS,
                        reason);
                context.forward(DeadLetters.of(Topics.LOCK_REQUESTS, dead, reason), LocksTopology.TO_DEAD_LETTERS);
            }
            case Output.ClockDisagreement tick ->
                clocks.warn(tick.record(), tick.ticker(), context.currentSystemTimeMs());
        }
    }
}
