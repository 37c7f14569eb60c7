package io.sexton.fold.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.fold.core.Fold;
import io.sexton.fold.core.FoldDefinition;
import io.sexton.fold.core.FoldDefinition.Endpoint;
import io.sexton.fold.core.Key;
import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.core.Output;
import io.sexton.fold.core.Placement;
import io.sexton.fold.state.MemoryStore;
import io.sexton.proto.LogRecord;
import io.sexton.proto.Times;
import io.sexton.v1.Tick;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The contract of a {@link Fold}, checked in the processor that runs it in Kafka Streams. A test of a fold extends it. It
 * comes in the test jar of fold-runtime: CONTRIBUTING.md.
 */
public abstract class FoldContract {
    private static final List<byte @Nullable []> UNREADABLE =
            Stream.of(new byte[] {(byte) 0xFF}, (byte @Nullable []) null).toList();

    /** Returns the definition of the fold. */
    protected abstract FoldDefinition<?> definition();

    /** Returns a log of partition 0 with ascending offsets, ticks that agree, and records that lead to outputs. */
    protected abstract List<LogRecord> log();

    @Test
    final void restartAtAnyOffsetChangesNothing() {
        Run straight = run(log());
        assertThat(straight.outputs).as("the log must lead to outputs").isNotEmpty();
        Run restarted = new Run();
        for (LogRecord record : log()) {
            restarted.start();
            restarted.process(record);
        }
        assertSame(restarted, straight);
        for (int at = 1; at < log().size(); at++) {
            Run once = run(log().subList(0, at));
            once.start();
            log().subList(at, log().size()).forEach(once::process);
            assertSame(once, straight);
        }
    }

    @Test
    final void recordsThatAreReadAgainAreNotAppliedAgain() {
        Run straight = run(log());
        for (int at = 1; at <= log().size(); at += 7) {
            Run again = run(log().subList(0, at));
            again.start();
            log().forEach(again::process);
            assertSame(again, straight);
        }
    }

    @Test
    final void unreadableRecordsBecomeDeadLettersAndChangeNothingElse() {
        List<LogRecord> spaced = log().stream().map(FoldContract::spaced).toList();
        List<LogRecord> mixed = new ArrayList<>();
        for (LogRecord record : spaced) {
            mixed.add(record);
            byte[] value = UNREADABLE.get(mixed.size() % UNREADABLE.size());
            byte[] key = "unknown".getBytes(StandardCharsets.UTF_8);
            mixed.add(new LogRecord(0, record.offset() + 1, record.appendTime(), key, value));
        }

        Run run = run(mixed);

        Run expected = run(spaced);
        assertThat(run.outputs.stream().filter(line -> !isOfUnreadable(line))).isEqualTo(expected.outputs);
        assertThat(run.outputs.stream().filter(FoldContract::isOfUnreadable)).hasSameSizeAs(spaced);
        assertThat(run.rows()).isEqualTo(expected.rows());
    }

    @Test
    final void outputsAreForwardedInTheOrderInWhichTheyAreEmitted() {
        List<String> emitted = new ArrayList<>();
        List<String> topics =
                definition().outputs().stream().map(Endpoint::topic).toList();
        Fold alone = create(name -> new MemoryStore(), output -> {
            switch (output) {
                case Output.Emitted each -> {
                    assertThat(topics).contains(each.topic());
                    emitted.add(line(
                            nodeOf(each.topic()),
                            each.region().toKey(),
                            each.message().toByteArray()));
                }
                case Output.DeadLetter letter ->
                    emitted.add(line(
                            FoldTopology.DEAD_LETTERS,
                            letter.record().key(),
                            letter.record().value()));
                case Output.ClockDisagreement tick -> {}
            }
        });
        log().forEach(alone::apply);

        assertThat(run(log()).outputs).isEqualTo(emitted);
    }

    @Test
    final void requestsATickExactlyWhereOneHasWork() {
        Map<String, MemoryStore> stores = new TreeMap<>();
        Fold fold = create(name -> stores.computeIfAbsent(name, unseen -> new MemoryStore()), output -> {});
        int requests = 0;
        for (LogRecord record : log()) {
            fold.apply(record);
            Instant now = Objects.requireNonNullElse(fold.clock().time(), Instant.MIN);
            if (fold.workLeft()) {
                assertThat(fold.nextWork())
                        .as("work is left at once")
                        .hasValueSatisfying(next -> assertThat(next).isBeforeOrEqualTo(now));
            }
            if (fold.nextWork().isPresent()) {
                requests++;
            } else {
                assertThatATickEmitsNothing(stores, record);
            }
        }
        assertThat(requests).as("the log must lead to work").isPositive();
    }

    private void assertThatATickEmitsNothing(Map<String, MemoryStore> stores, LogRecord last) {
        List<Output> outputs = new ArrayList<>();
        Fold copy = create(name -> copyOf(Objects.requireNonNull(stores.get(name))), outputs::add);
        Tick tick = Tick.newBuilder()
                .setTicker("contract")
                .setWallClock(Times.toProto(last.appendTime()))
                .build();
        copy.apply(new LogRecord(
                0,
                last.offset() + 1,
                last.appendTime(),
                new byte[0],
                definition().valueOf(tick)));
        assertThat(outputs).as("outputs of a tick that was not requested").isEmpty();
    }

    private Fold create(Function<String, OrderedStore> stores, Consumer<Output> sink) {
        return definition().factory().create(0, stores, Placement.UNCHECKED, sink);
    }

    private String nodeOf(String topic) {
        return definition().outputs().stream()
                .filter(output -> output.topic().equals(topic))
                .findFirst()
                .orElseThrow()
                .node();
    }

    private static MemoryStore copyOf(MemoryStore store) {
        MemoryStore copy = new MemoryStore();
        store.page(new byte[0], Key.of(0xFE).build(), Integer.MAX_VALUE)
                .forEach(entry -> copy.put(entry.key(), entry.value()));
        return copy;
    }

    /** Returns the record with room for another one behind it. */
    private static LogRecord spaced(LogRecord record) {
        return new LogRecord(
                record.partition(), 2 * record.offset(), record.appendTime(), record.key(), record.value());
    }

    private static boolean isOfUnreadable(String line) {
        return UNREADABLE.stream()
                .anyMatch(value -> line.equals(
                        line(FoldTopology.DEAD_LETTERS, "unknown".getBytes(StandardCharsets.UTF_8), value)));
    }

    private static String line(String node, byte @Nullable [] key, byte @Nullable [] value) {
        return node + " " + hex(key) + " " + hex(value);
    }

    private static String hex(byte @Nullable [] bytes) {
        return bytes == null ? "-" : HexFormat.of().formatHex(bytes);
    }

    private static void assertSame(Run run, Run expected) {
        assertThat(run.outputs).isEqualTo(expected.outputs);
        assertThat(run.rows()).isEqualTo(expected.rows());
    }

    private Run run(List<LogRecord> records) {
        Run run = new Run();
        records.forEach(run::process);
        return run;
    }

    /** The processor of one partition on stores that outlive it. */
    private final class Run {
        private final Map<String, KeyValueStore<Bytes, byte[]>> stores = new TreeMap<>();
        private final List<String> outputs = new ArrayList<>();
        private MockProcessorContext<byte[], byte[]> context;
        private FoldProcessor<?> processor;

        @SuppressWarnings("NullAway.Init") // start sets both
        private Run() {
            Stream.concat(
                            definition().stores().stream().map(FoldDefinition.Store::name),
                            Stream.of(AppliedOffset.STORE))
                    .forEach(name -> stores.put(
                            name,
                            Stores.keyValueStoreBuilder(
                                            Stores.inMemoryKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
                                    .withLoggingDisabled()
                                    .build()));
            MockProcessorContext<byte[], byte[]> opening = newContext();
            stores.values().forEach(store -> store.init(opening.getStateStoreContext(), store));
            start();
        }

        private static MockProcessorContext<byte[], byte[]> newContext() {
            return new MockProcessorContext<>(new Properties(), new TaskId(0, 0), new File("unused"));
        }

        /** Starts another processor. */
        private void start() {
            context = newContext();
            context.setCurrentSystemTimeMs(0);
            stores.values().forEach(context::addStateStore);
            processor = processorOf(definition());
            processor.init(context);
        }

        private <F extends Fold> FoldProcessor<F> processorOf(FoldDefinition<F> of) {
            Ticker ticker = new Ticker(
                    new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer()),
                    of.input().topic(),
                    of::valueOf,
                    Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
            return new FoldProcessor<>(
                    of,
                    ticker,
                    Duration.ofSeconds(1),
                    Placement.UNCHECKED,
                    ClockLag.UNMEASURED,
                    List.of(),
                    new CommitPace(System::nanoTime));
        }

        private void process(LogRecord record) {
            context.setRecordMetadata(definition().input().topic(), 0, record.offset());
            processor.process(new Record<>(
                    record.key(), record.value(), record.appendTime().toEpochMilli()));
            context.forwarded()
                    .forEach(output -> outputs.add(line(
                            output.childName().orElseThrow(),
                            output.record().key(),
                            output.record().value())));
            context.resetForwards();
        }

        private List<String> rows() {
            List<String> rows = new ArrayList<>();
            stores.forEach((name, store) -> {
                // The position follows the offsets, not the state.
                if (name.equals(AppliedOffset.STORE)) {
                    return;
                }
                try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
                    while (all.hasNext()) {
                        KeyValue<Bytes, byte[]> row = all.next();
                        rows.add(line(name, row.key.get(), row.value));
                    }
                }
            });
            return rows;
        }
    }
}
