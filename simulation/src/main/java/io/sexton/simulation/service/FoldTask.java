package io.sexton.simulation.service;

import com.google.protobuf.TextFormat;
import io.sexton.fold.core.Fold;
import io.sexton.fold.core.FoldDefinition;
import io.sexton.fold.core.Output;
import io.sexton.fold.core.TickSchedule;
import io.sexton.proto.LogRecord;
import io.sexton.simulation.World;
import io.sexton.simulation.kernel.SimulatedProcess;
import io.sexton.simulation.log.FaultPlan.Fault;
import io.sexton.simulation.log.SimulatedLog;
import io.sexton.simulation.log.Transaction;
import io.sexton.streams.apply.PartitionFold;
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
 * The task of one process for one partition: reads, folds, and commits state, outputs and position together, as Kafka
 * Streams does with exactly-once. Appends ticks by the same {@link TickSchedule} as production.
 */
final class FoldTask {
    private static final int RECORDS_A_TRANSACTION = 20;

    /** The ownership of the partition by the process. */
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
    private Duration nextInterval;
    private final TickSchedule ticks = new TickSchedule();
    private @Nullable Duration wake;
    private @Nullable Transaction transaction;
    private boolean pollScheduled;
    private boolean commitScheduled;
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
        this.nextInterval = process.machine().uptime().plus(world.settings().tickInterval());
        this.transitions = new Transitions(world.coverage());
        this.input = world.log().partition(definition.input().topic(), partition);
        this.sink = FoldService.collector(output -> outputs.add(new Caused(applying, output)));
        this.fold = factory.apply(sink);
    }

    void start() {
        input.onMore(this::schedulePoll);
        schedulePoll();
        scheduleTick();
    }

    /** Commits the folded records, and stops. */
    void close() {
        if (commitScheduled) {
            commit();
        }
        closed = true;
    }

    /** Continues for a moment after the partition was lost: nothing that it still writes may ever be read. */
    void continueAfterLoss() {
        Transaction ghost = world.log().begin();
        outputs.forEach(each -> append(each.output(), ghost));
        appendTick();
        closed = true;
        process.later(random.between(Duration.ZERO, Duration.ofSeconds(2)), ghost::abort);
        // If it dies first, the broker's time-out ends its transaction.
        world.scheduler().after(Duration.ofSeconds(60), ghost::abort);
    }

    private void schedulePoll() {
        if (!pollScheduled && !closed && process.isAlive()) {
            pollScheduled = true;
            process.later(random.delay(Duration.ofMillis(10), Duration.ofMillis(500)), () -> {
                pollScheduled = false;
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
        if (next.isPresent()) {
            schedulePoll();
        }
        if (!commitScheduled && position > committed) {
            commitScheduled = true;
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
        if (fold.workLeft()
                && ticks.beginAfter(entry.offset(), process.machine().uptime())) {
            appendTick();
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
        commitScheduled = false;
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
        scheduleTick();
    }

    private static String text(Output.Emitted output) {
        return output.topic() + ": " + TextFormat.printer().printToString(output.message());
    }

    /** Schedules the next interval at which a tick may be due. The others have no effect, and are left out. */
    private void scheduleTick() {
        if (closed) {
            return;
        }
        Duration uptime = process.machine().uptime();
        Duration due = ticks.dueAt(fold.nextWork(), process.machine().wall(), uptime);
        Duration at = due.compareTo(nextInterval) > 0 ? due : nextInterval;
        if (wake == null || at.compareTo(wake) < 0) {
            wake = at;
            Duration rest = at.minus(uptime);
            process.later(rest.isNegative() ? Duration.ZERO : rest, () -> atInterval(at));
        }
    }

    private void atInterval(Duration at) {
        if (!at.equals(wake)) {
            return;
        }
        wake = null;
        if (closed || !ownership.isCurrent()) {
            return;
        }
        Duration uptime = process.machine().uptime();
        nextInterval = uptime.plus(world.settings().tickInterval());
        if (ticks.beginAtInterval(fold.nextWork(), process.machine().wall(), uptime)) {
            appendTick();
        }
        scheduleTick();
    }

    /** Appends a tick by the plain producer, outside the transaction. */
    private void appendTick() {
        Tick tick = world.parts().tick(process);
        if (world.log().isReachable() && !world.fails(Fault.APPEND_LOST)) {
            ticks.written(
                    input.append(new byte[0], definition.valueOf(tick)),
                    process.machine().uptime());
        } else {
            ticks.failed();
        }
    }
}
