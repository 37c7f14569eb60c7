package io.sexton.streams.topology;

import io.sexton.fold.core.LogRecord;
import io.sexton.fold.core.Placement;
import io.sexton.fold.state.StreamsStore;
import io.sexton.fold.topology.AppliedOffset;
import io.sexton.fold.topology.ClockLagWatch;
import io.sexton.fold.topology.ClockWarnings;
import io.sexton.fold.topology.DeadLetters;
import io.sexton.fold.topology.LogRecords;
import io.sexton.fold.topology.Ticker;
import io.sexton.proto.Topics;
import io.sexton.streams.apply.PartitionFold;
import io.sexton.streams.model.Output;
import io.sexton.streams.state.Stores;
import io.sexton.v1.PolicySet;
import io.sexton.v1.RegionEvent;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The processor that runs the fold of one partition in Kafka Streams. It passes each record with its position to the
 * fold, and forwards the outputs to the sinks. It decides nothing itself.
 */
final class FoldProcessor implements Processor<byte[], byte[], byte[], byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(FoldProcessor.class);

    private final Ticker ticker;
    private final Duration tickInterval;
    private final Placement placement;
    private final ConfiguredPolicies configured;
    private final FoldMetrics metrics;
    private final ClockWarnings clocks = new ClockWarnings(Topics.EVENTS, "nothing falls due");
    private final StuckWarnings stuck = new StuckWarnings();
    private @Nullable CompletableFuture<Void> appendedPolicies;
    private ProcessorContext<byte[], byte[]> context;
    private AppliedOffset position;
    private PartitionFold fold;
    private ClockLagWatch lagWatch;

    @SuppressWarnings("NullAway.Init") // Streams calls init before anything else
    FoldProcessor(
            Ticker ticker,
            Duration tickInterval,
            Placement placement,
            ConfiguredPolicies configured,
            FoldMetrics metrics) {
        this.ticker = ticker;
        this.tickInterval = tickInterval;
        this.placement = placement;
        this.configured = configured;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> processorContext) {
        context = processorContext;
        position = new AppliedOffset(context.getStateStore(AppliedOffset.STORE), Topics.EVENTS + "-" + partition());
        fold = new PartitionFold(
                partition(),
                new Stores(
                        new StreamsStore(context.getStateStore(EventsTopology.FILES)),
                        new StreamsStore(context.getStateStore(EventsTopology.SCHEDULE)),
                        new StreamsStore(context.getStateStore(EventsTopology.REGIONS))),
                placement,
                this::forward);
        context.schedule(tickInterval, PunctuationType.WALL_CLOCK_TIME, now -> atInterval());
        lagWatch = new ClockLagWatch(
                Topics.EVENTS, partition(), "files fall due", metrics.clockLag(), context::currentSystemTimeMs);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        LogRecord entry = LogRecords.of(record, context);
        if (!position.advance(entry.offset())) {
            return;
        }
        long start = System.nanoTime();
        fold.apply(entry);
        stuck.write();
        metrics.applied(Duration.ofNanos(System.nanoTime() - start));
        lagWatch.observe(fold.clock());
        if (fold.workLeft()) {
            ticker.continueAfter(partition(), entry.offset());
        }
    }

    @Override
    public void close() {
        lagWatch.close();
    }

    private void atInterval() {
        appendPolicies();
        ticker.atInterval(partition(), fold.nextWork());
    }

    /**
     * Appends the configured policies that the log lacks, once after each start. A later PolicySet of an operator for
     * the same glob is in force until the next start.
     */
    private void appendPolicies() {
        if (appendedPolicies != null && !appendedPolicies.isCompletedExceptionally()) {
            return;
        }
        appendedPolicies = CompletableFuture.allOf(
                configured.missingIn(fold.policies()).stream().map(this::append).toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Void> append(PolicySet policy) {
        LOG.info(
                "appending the configured policy of regions '{}' to {}-{}",
                policy.getRegionGlob(),
                Topics.EVENTS,
                partition());
        return ticker.append(
                partition(),
                RegionEvent.newBuilder()
                        .setProducer("gc-streams")
                        .setPolicySet(policy)
                        .build()
                        .toByteArray());
    }

    private void forward(Output output) {
        metrics.said(output);
        switch (output) {
            case Output.Command emitted ->
                context.forward(
                        record(emitted.region().toKey(), emitted.command().toByteArray()), EventsTopology.TO_COMMANDS);
            case Output.Notification emitted -> {
                if (emitted.notice().hasDeletionStuck()) {
                    stuck.add(emitted.region(), emitted.notice().getDeletionStuck());
                }
                context.forward(
                        record(emitted.region().toKey(), emitted.notice().toByteArray()), EventsTopology.TO_NOTICES);
            }
            case Output.DeadLetter letter -> {
                LogRecord dead = letter.record();
                String reason = DeadLetters.shortened(letter.reason());
                LOG.warn(
                        "{}-{} offset {} cannot be applied and goes to {}: {}",
                        Topics.EVENTS,
                        dead.partition(),
                        dead.offset(),
                        Topics.DEAD_LETTERS,
                        reason);
                context.forward(DeadLetters.of(Topics.EVENTS, dead, reason), EventsTopology.TO_DEAD_LETTERS);
            }
            case Output.ClockDisagreement tick ->
                clocks.warn(tick.record(), tick.ticker(), context.currentSystemTimeMs());
        }
    }

    private Record<byte[], byte[]> record(byte[] key, byte[] value) {
        return new Record<>(key, value, context.currentSystemTimeMs());
    }

    private int partition() {
        return context.taskId().partition();
    }
}
