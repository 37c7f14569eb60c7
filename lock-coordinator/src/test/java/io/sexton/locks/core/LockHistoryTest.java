package io.sexton.locks.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.sexton.fold.core.LogClock;
import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.core.Output;
import io.sexton.fold.core.Placement;
import io.sexton.fold.state.MemoryStore;
import io.sexton.proto.LogRecord;
import io.sexton.testkit.SeededRandom;
import io.sexton.v1.LockEvent;
import io.sexton.v1.LockRequest;
import io.sexton.v1.Tick;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Random tests of the lock fold as a state machine: many generated logs, each checked after every record. A failure
 * prints the records up to it and its seed, which {@code -Dsexton.seed=} runs alone.
 */
final class LockHistoryTest {
    private static final int LOGS = 2_000;
    private static final int RECORDS = 150;
    private static final int MAX_AGREEING_TICKS = 400;

    @Test
    void everyRandomLogFollowsTheRules() {
        String seed = System.getProperty("sexton.seed");
        if (seed != null) {
            new Run(Long.parseLong(seed)).check();
            return;
        }
        new SeededRandom(9).longs(LOGS).forEach(each -> new Run(each).check());
    }

    /** The run of one generated log. */
    private static final class Run {
        private final long seed;
        private final LogGenerator generator;
        private final SeededRandom restarts;
        private final RuleChecker checker = new RuleChecker();
        private final List<LogRecord> log = new ArrayList<>();
        private final List<List<Output>> emitted = new ArrayList<>();
        private final List<Output> outputs = new ArrayList<>();
        private final MemoryStore store = new MemoryStore();
        private LockFold fold = new LockFold(store, Placement.UNCHECKED, outputs::add);
        private LogClock clock = LogClock.UNSET;

        Run(long seed) {
            this.seed = seed;
            generator = new LogGenerator(seed);
            restarts = new SeededRandom(~seed);
        }

        void check() {
            try {
                for (int i = 0; i < RECORDS; i++) {
                    if (restarts.nextInt(20) == 0) {
                        fold = new LockFold(store, Placement.UNCHECKED, outputs::add);
                    }
                    apply(generator.next());
                }
                checkThatEveryClaimEnds();
                checkReplay();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ", after" + trace(), e);
            }
        }

        private void apply(LogRecord record) {
            log.add(record);
            outputs.clear();
            Optional<Instant> nextWork = fold.nextWork();
            fold.apply(record);
            emitted.add(List.copyOf(outputs));
            if (outputs.stream().anyMatch(Output.DeadLetter.class::isInstance)) {
                assertThat(outputs).hasSize(1);
                assertThat(isValid(record)).isFalse();
                return;
            }
            assertThat(isValid(record)).isTrue();
            LockRequest request = request(record).orElseThrow();
            if (request.hasTick()) {
                tick(request.getTick(), record, nextWork);
            } else {
                checker.onRequest(request, record.offset(), clock.at(record.appendTime()), events());
            }
        }

        private void tick(Tick tick, LogRecord record, Optional<Instant> nextWork) {
            LogClock.Step step = clock.tick(LogClock.Reading.of(record.appendTime(), tick));
            clock = step.clock();
            Instant time = clock.time();
            if (!step.agreed() || time == null) {
                assertThat(outputs).hasSize(1).first().isInstanceOf(Output.ClockDisagreement.class);
                return;
            }
            checker.onTick(time, events());
            if (nextWork.filter(work -> !work.isAfter(time)).isEmpty()) {
                assertThat(outputs)
                        .as("a tick that was not requested has no work")
                        .isEmpty();
            }
        }

        private void checkThatEveryClaimEnds() {
            int ticks = 0;
            while (fold.nextWork().isPresent()) {
                assertThat(ticks++).as("ticks until no work is left").isLessThan(MAX_AGREEING_TICKS);
                apply(generator.agreeingTick(Duration.ofSeconds(40)));
            }
            checker.assertNoClaimsLeft();
            assertThat(rows(store))
                    .as("an idle partition keeps its clock and its floors")
                    .hasSizeLessThanOrEqualTo(4);
        }

        /** Checks I8. The replay is not restarted in the middle, and its next work is not requested. */
        private void checkReplay() {
            MemoryStore replayStore = new MemoryStore();
            List<Output> replayed = new ArrayList<>();
            LockFold replay = new LockFold(replayStore, Placement.UNCHECKED, replayed::add);
            log.forEach(replay::apply);
            assertThat(replayed)
                    .isEqualTo(emitted.stream().flatMap(List::stream).toList());
            assertThat(rows(replayStore)).isEqualTo(rows(store));
        }

        private List<LockEvent> events() {
            return outputs.stream()
                    .map(output -> (LockEvent) ((Output.Emitted) output).message())
                    .toList();
        }

        private static boolean isValid(LogRecord record) {
            return request(record)
                    .filter(request -> request.hasTick()
                            || (hasKey(record, request.getRegionBytes())
                                    && !request.getOwner().isEmpty()))
                    .isPresent();
        }

        private static boolean hasKey(LogRecord record, ByteString key) {
            return record.key() != null && key.equals(ByteString.copyFrom(record.key()));
        }

        private static Optional<LockRequest> request(LogRecord record) {
            try {
                return record.value() == null ? Optional.empty() : Optional.of(LockRequest.parseFrom(record.value()));
            } catch (InvalidProtocolBufferException e) {
                return Optional.empty();
            }
        }

        private String trace() {
            StringBuilder trace = new StringBuilder();
            for (int i = 0; i < log.size(); i++) {
                trace.append('\n').append(describe(log.get(i)));
                if (i < emitted.size()) {
                    emitted.get(i).forEach(output -> trace.append("\n    ").append(LockLog.line(output)));
                }
            }
            return trace.toString();
        }

        private static String describe(LogRecord record) {
            return record.offset() + " at " + record.appendTime() + ": "
                    + request(record)
                            .map(request -> request.toString().replaceAll("\\s+", " "))
                            .orElse("invalid record");
        }

        private static List<String> rows(OrderedStore store) {
            return store.page(new byte[0], new byte[] {(byte) 0xFF}, Integer.MAX_VALUE).stream()
                    .map(entry -> HexFormat.of().formatHex(entry.key()) + "="
                            + HexFormat.of().formatHex(entry.value()))
                    .toList();
        }
    }
}
