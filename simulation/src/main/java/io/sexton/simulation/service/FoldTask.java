package io.sexton.simulation.service;

import com.google.protobuf.TextFormat;
import io.sexton.fold.core.Fold;
import io.sexton.fold.core.FoldDefinition;
import io.sexton.fold.core.LogRecord;
import io.sexton.fold.core.Output;
import io.sexton.fold.core.Times;
import io.sexton.simulation.World;
import io.sexton.simulation.kernel.SimulatedProcess;
import io.sexton.simulation.log.FaultPlan.Fault;
import io.sexton.simulation.log.SimulatedLog;
import io.sexton.simulation.log.Transaction;
import io.sexton.streams.core.PartitionFold;
import io.sexton.testkit.SeededRandom;
import io.sexton.v1.Tick;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One partition in the hands of one process: reads, folds, and commits state, outputs and position together, as Kafka
 * Streams does with exactly-once; and asks for ticks when something may fall due, and else once a minute.
 */
final class FoldTask {
    private static final int RECORDS_A_TRANSACTION = 20;
    /** Upper bound on the pause between two ticks, as in production. */
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    /** The process's right to the partition. */
    interface Ownership {
        boolean isCurrent();

        void opened(Transaction transaction);

        void committed(long position);

        void crash();
    }

    /** @param input offset of the record that caused the output */
    private record Caused(long input, Output.Emitted output) {}

    private final World world;
    private final FoldDefinition<?> definition;
    private final SimulatedProcess process;
    private final SeededRandom random;
    private final int partition;
    private final Ownership ownership;
    private final SimulatedLog.Partition input;
    private final Consumer<Output> sink;
    private final Fold fold;
    private final Transitions transitions;
    private final List<Caused> outputs = new ArrayList<>();
    private long applying;
    private long position;
    private long committed;
    private long continuedAt = -1;
    private Duration nextLook;
    private @Nullable Duration lastTick;
    private @Nullable Duration wake;
    private @Nullable Transaction transaction;
    private boolean pollAsked;
    private boolean commitAsked;
    private boolean closed;

    FoldTask(
            World world,
            FoldDefinition<?> definition,
            SimulatedProcess process,
            SeededRandom random,
            int partition,
            long position,
            Function<Consumer<Output>, Fold> factory,
            Ownership ownership) {
        this.world = world;
        this.definition = definition;
        this.process = process;
        this.random = random;
        this.partition = partition;
        this.position = position;
        this.committed = position;
        this.ownership = ownership;
        this.nextLook = process.machine().uptime().plus(world.settings().tickInterval());
        this.transitions = new Transitions(world.coverage());
        this.input = world.log().partition(definition.input().topic(), partition);
        this.sink = FoldService.collector(output -> outputs.add(new Caused(applying, output)));
        this.fold = factory.apply(sink);
    }

    void start() {
        input.onMore(this::pollSoon);
        pollSoon();
        tickSoon();
    }

    /** Commits what is done, and stops. */
    void close() {
        if (commitAsked) {
            commit();
        }
        closed = true;
    }

    /** It went on after the partition was lost: what it still writes must never be read. */
    void haunt() {
        Transaction ghost = world.log().begin();
        outputs.forEach(each -> append(each.output(), ghost));
        appendTick();
        closed = true;
        process.later(random.between(Duration.ZERO, Duration.ofSeconds(2)), ghost::abort);
        // Should it die first, the broker's time-out ends its transaction.
        world.scheduler().after(Duration.ofSeconds(60), ghost::abort);
    }

    private void pollSoon() {
        if (!pollAsked && !closed && process.isAlive()) {
            pollAsked = true;
            process.later(random.delay(Duration.ofMillis(10), Duration.ofMillis(500)), () -> {
                pollAsked = false;
                poll();
            });
        }
    }

    private void poll() {
        if (closed || !ownership.isCurrent()) {
            return;
        }
        int most = 1 + random.below(RECORDS_A_TRANSACTION);
        Optional<SimulatedLog.Entry> next = input.next(position);
        for (int i = 0; i < most && next.isPresent(); i++) {
            fold(next.get());
            next = input.next(position);
        }
        if (fold.workLeft() && position > continuedAt) {
            continuedAt = input.end();
            appendTick();
        }
        if (next.isPresent()) {
            pollSoon();
        }
        if (!commitAsked && position > committed) {
            commitAsked = true;
            process.later(random.between(Duration.ofMillis(5), Duration.ofMillis(200)), this::commit);
        }
    }

    private void fold(SimulatedLog.Entry entry) {
        applying = entry.offset();
        int before = outputs.size();
        LogRecord record = FoldService.record(partition, entry);
        Runnable apply = () -> world.parts().apply(fold, record, sink);
        if (fold instanceof PartitionFold events) {
            transitions.observe(events, record, apply);
        } else {
            apply.run();
        }
        position = entry.offset() + 1;
        for (Caused each : outputs.subList(before, outputs.size())) {
            if (transaction == null) {
                transaction = world.log().begin();
                ownership.opened(transaction);
            }
            append(each.output(), transaction);
        }
    }

    private void append(Output.Emitted output, Transaction to) {
        to.append(
                output.topic(),
                partition,
                output.region().toKey(),
                output.message().toByteArray());
    }

    private void commit() {
        commitAsked = false;
        if (closed) {
            return;
        }
        if (!ownership.isCurrent()) {
            closed = true;
            return;
        }
        if (world.fails(Fault.FOLD_DIES_BEFORE_COMMIT)) {
            ownership.crash();
            return;
        }
        ownership.committed(position);
        committed = position;
        if (transaction != null) {
            transaction.commit();
            transaction = null;
        }
        List<Caused> emitted = List.copyOf(outputs);
        outputs.clear();
        emitted.forEach(
                each -> world.trace(process.name(), () -> "at " + each.input() + " emits " + text(each.output())));
        emitted.forEach(each -> transitions.observe(each.output()));
        emitted.forEach(each -> world.observers().emitted(partition, each.input(), each.output()));
        if (world.fails(Fault.FOLD_DIES_AFTER_COMMIT)) {
            ownership.crash();
            return;
        }
        tickSoon();
    }

    private static String text(Output.Emitted output) {
        return output.topic() + ": " + TextFormat.printer().printToString(output.message());
    }

    /**
     * Production looks at each interval whether a tick is due; those looks that would find none are left out. Both of its
     * reasons end by this machine's clocks.
     */
    private void tickSoon() {
        if (closed) {
            return;
        }
        Duration uptime = process.machine().uptime();
        Duration pause = lastTick == null ? uptime : lastTick.plus(LONGEST_PAUSE);
        Duration due = fold.nextWork()
                .map(next -> uptime.plus(Duration.between(process.machine().wall(), next)))
                .orElse(pause);
        Duration soonest = Times.shorter(pause, due);
        Duration at = soonest.compareTo(nextLook) > 0 ? soonest : nextLook;
        if (wake == null || at.compareTo(wake) < 0) {
            wake = at;
            Duration rest = at.minus(uptime);
            process.later(rest.isNegative() ? Duration.ZERO : rest, () -> look(at));
        }
    }

    private void look(Duration at) {
        if (!at.equals(wake)) {
            return;
        }
        wake = null;
        if (closed || !ownership.isCurrent()) {
            return;
        }
        Duration uptime = process.machine().uptime();
        nextLook = uptime.plus(world.settings().tickInterval());
        boolean isDue = fold.nextWork()
                .filter(next -> !next.isAfter(process.machine().wall()))
                .isPresent();
        if (isDue || lastTick == null || uptime.minus(lastTick).compareTo(LONGEST_PAUSE) >= 0) {
            appendTick();
        }
        tickSoon();
    }

    /** By the plain producer, outside the transaction. One that fails does not count: the next look tries again. */
    private void appendTick() {
        Tick tick = world.parts().tick(process);
        if (world.log().isReachable() && !world.fails(Fault.APPEND_LOST)) {
            input.append(new byte[0], definition.valueOf(tick));
            lastTick = process.machine().uptime();
        } else {
            lastTick = null;
        }
    }
}
