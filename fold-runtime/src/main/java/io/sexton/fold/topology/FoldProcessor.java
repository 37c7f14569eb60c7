package io.sexton.fold.topology;

import io.sexton.fold.core.Fold;
import io.sexton.fold.core.FoldDefinition;
import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.core.Output;
import io.sexton.fold.core.Placement;
import io.sexton.fold.state.StreamsStore;
import io.sexton.proto.DeadLetters;
import io.sexton.proto.LogRecord;
import io.sexton.proto.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The processor that runs the fold of one partition in Kafka Streams. Passes each record with its position to the fold,
 * and forwards the outputs to the sinks. Decides nothing itself.
 */
final class FoldProcessor<F extends Fold> implements Processor<byte[], byte[], byte[], byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(FoldProcessor.class);

    private final FoldDefinition<F> definition;
    private final String topic;
    private final Map<String, String> sinks;
    private final Ticker ticker;
    private final Duration tickInterval;
    private final Placement placement;
    private final ClockLag clockLag;
    private final List<FoldListener<? super F>> listeners;
    private final ClockWarnings clocks;
    private final CommitPace pace;
    private final List<StreamsStore> stores = new ArrayList<>();
    private boolean emitted;
    private ProcessorContext<byte[], byte[]> context;
    private AppliedOffset position;
    private F fold;
    private ClockLagWatch lagWatch;

    @SuppressWarnings("NullAway.Init") // Streams calls init before anything else
    FoldProcessor(
            FoldDefinition<F> definition,
            Ticker ticker,
            Duration tickInterval,
            Placement placement,
            ClockLag clockLag,
            List<FoldListener<? super F>> listeners,
            CommitPace pace) {
        this.definition = definition;
        this.ticker = ticker;
        this.tickInterval = tickInterval;
        this.placement = placement;
        this.clockLag = clockLag;
        this.listeners = listeners;
        this.pace = pace;
        topic = definition.input().topic();
        sinks = definition.outputs().stream()
                .collect(Collectors.toMap(FoldDefinition.Endpoint::topic, FoldDefinition.Endpoint::node));
        clocks = new ClockWarnings(topic);
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> processorContext) {
        context = processorContext;
        position = new AppliedOffset(context.getStateStore(AppliedOffset.STORE), topic + "-" + partition());
        fold = definition.factory().create(partition(), this::open, placement, this::forward);
        context.schedule(tickInterval, PunctuationType.WALL_CLOCK_TIME, now -> atInterval());
        lagWatch = new ClockLagWatch(topic, partition(), definition.dueWork(), clockLag, context::currentSystemTimeMs);
    }

    private OrderedStore open(String name) {
        StreamsStore store = new StreamsStore(context.getStateStore(name));
        stores.add(store);
        return store;
    }

    @Override
    public void process(Record<byte[], byte[]> received) {
        LogRecord record = withPosition(received);
        if (!position.advance(record.offset())) {
            return;
        }
        emitted = false;
        long start = System.nanoTime();
        fold.apply(record);
        stores.forEach(StreamsStore::flush);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        listeners.forEach(listener -> listener.applied(took));
        if (pace.processed(took.toNanos(), emitted)) {
            context.commit();
        }
        lagWatch.observe(fold.clock());
        if (fold.workLeft()) {
            ticker.continueAfter(partition(), record.offset());
        }
    }

    @Override
    public void close() {
        lagWatch.close();
    }

    private LogRecord withPosition(Record<byte[], byte[]> record) {
        RecordMetadata position = context.recordMetadata()
                .orElseThrow(() -> new IllegalStateException("a record of the log has a position"));
        return new LogRecord(
                position.partition(),
                position.offset(),
                Instant.ofEpochMilli(record.timestamp()),
                record.key(),
                record.value());
    }

    private void atInterval() {
        listeners.forEach(listener -> listener.atInterval(partition(), fold, ticker));
        ticker.atInterval(partition(), fold.nextWork());
    }

    private void forward(Output output) {
        emitted = true;
        listeners.forEach(listener -> listener.emitted(output));
        switch (output) {
            case Output.Emitted emitted ->
                context.forward(
                        new Record<>(
                                emitted.region().toKey(),
                                emitted.message().toByteArray(),
                                context.currentSystemTimeMs()),
                        sinkOf(emitted.topic()));
            case Output.DeadLetter letter -> forward(letter.record(), DeadLetters.shortened(letter.reason()));
            case Output.ClockDisagreement tick ->
                clocks.warn(tick.record(), tick.ticker(), context.currentSystemTimeMs());
        }
    }

    private void forward(LogRecord dead, String reason) {
        LOG.warn(
                "{}-{} offset {} cannot be applied and goes to {}: {}",
                topic,
                dead.partition(),
                dead.offset(),
                Topics.DEAD_LETTERS,
                reason);
        DeadLetters.Letter letter = DeadLetters.of(topic, dead, reason);
        context.forward(
                new Record<>(letter.key(), letter.value(), letter.timestamp(), letter.headers()),
                FoldTopology.DEAD_LETTERS);
    }

    private String sinkOf(String output) {
        String sink = sinks.get(output);
        if (sink == null) {
            throw new IllegalStateException("the definition of the fold has no output topic " + output);
        }
        return sink;
    }

    private int partition() {
        return context.taskId().partition();
    }
}
