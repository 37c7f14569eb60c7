package io.sexton.fold.topology;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.StringValue;
import io.sexton.fold.core.Fold;
import io.sexton.fold.core.FoldDefinition;
import io.sexton.fold.core.FoldDefinition.Endpoint;
import io.sexton.fold.core.FoldDefinition.Store;
import io.sexton.fold.core.Key;
import io.sexton.fold.core.LogClock;
import io.sexton.fold.core.LogRecord;
import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.core.Output;
import io.sexton.fold.core.StoredClock;
import io.sexton.fold.core.Times;
import io.sexton.fold.index.Timeline;
import io.sexton.proto.RegionId;
import io.sexton.v1.Tick;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The smallest complete fold, as a third party would write it: one class and this test. */
final class RemindersTest extends FoldContract {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    protected FoldDefinition<?> definition() {
        return Reminders.DEFINITION;
    }

    @Override
    protected List<LogRecord> log() {
        List<LogRecord> log = new ArrayList<>();
        for (int second = 0; second < 400; second += 10) {
            Instant now = START.plusSeconds(second);
            Message message = second % 30 == 10
                    ? StringValue.of("reminder " + second)
                    : Tick.newBuilder()
                            .setTicker("t")
                            .setWallClock(Times.toProto(now))
                            .setUptime(Times.toProto(Duration.ofSeconds(second)))
                            .build();
            log.add(new LogRecord(
                    0,
                    log.size(),
                    now,
                    "r1".getBytes(StandardCharsets.UTF_8),
                    Any.pack(message).toByteArray()));
        }
        return log;
    }

    /** The fold of a log of texts: emits each text again after a minute. */
    private static final class Reminders implements Fold {
        private static final FoldDefinition<Reminders> DEFINITION = new FoldDefinition<>(
                new Endpoint("requests", "reminder-requests"),
                List.of(new Store("reminders", false)),
                List.of(new Endpoint("due", "due-reminders")),
                Any::pack,
                "reminders fall due",
                (partition, stores, placement, sink) -> new Reminders(stores.apply("reminders"), sink));

        private final StoredClock clock;
        private final Timeline reminders;
        private final Consumer<Output> sink;

        private Reminders(OrderedStore store, Consumer<Output> sink) {
            clock = new StoredClock(store, Key.of(1).build());
            reminders = new Timeline(store, 2, Long.MIN_VALUE);
            this.sink = sink;
        }

        @Override
        public void apply(LogRecord record) {
            try {
                Any message = Any.parseFrom(record.value() == null ? new byte[] {-1} : record.value());
                if (message.is(Tick.class)) {
                    apply(message.unpack(Tick.class), record);
                } else {
                    apply(message.unpack(StringValue.class).getValue(), record);
                }
            } catch (InvalidProtocolBufferException e) {
                sink.accept(new Output.DeadLetter(record, "value: " + e.getMessage()));
            }
        }

        private void apply(String text, LogRecord record) {
            Instant due = clock.get().at(record.appendTime()).plusSeconds(60);
            reminders.add(
                    due, reminders.at(due).number(record.offset()).tail(text).build());
        }

        private void apply(Tick tick, LogRecord record) {
            LogClock.Step step = clock.get().tick(LogClock.Reading.of(record.appendTime(), tick));
            clock.set(step.clock());
            if (step.agreed() && step.clock().time() != null) {
                reminders.take(step.clock().time(), 100, key -> {
                    Key.Reader parts = new Key.Reader(key);
                    Timeline.timeOf(parts);
                    parts.number();
                    sink.accept(new Output.Emitted("due-reminders", RegionId.of("r1"), StringValue.of(parts.tail())));
                });
            } else {
                sink.accept(new Output.ClockDisagreement(record, tick.getTicker()));
            }
        }

        @Override
        public LogClock clock() {
            return clock.get();
        }

        @Override
        public Optional<Instant> nextWork() {
            return Optional.ofNullable(reminders.earliest());
        }
    }
}
