package io.sexton.bench;

import com.sun.management.ThreadMXBean;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sexton.broker.EmbeddedBroker;
import io.sexton.fold.app.FoldRuntime;
import io.sexton.fold.app.FoldSettings;
import io.sexton.fold.core.Fold;
import io.sexton.fold.core.Output;
import io.sexton.fold.core.Placement;
import io.sexton.fold.topology.ClockLag;
import io.sexton.fold.topology.FoldListener;
import io.sexton.proto.Namespace;
import io.sexton.proto.Times;
import io.sexton.proto.Topics;
import io.sexton.streams.apply.PartitionFold;
import io.sexton.streams.topology.ConfiguredPolicies;
import io.sexton.streams.topology.EventsTopology;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.DeletionReport;
import io.sexton.v1.FileOutcome;
import io.sexton.v1.FileRef;
import io.sexton.v1.GcCommand;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.Outcome;
import io.sexton.v1.Policy;
import io.sexton.v1.PolicySet;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.RegionOpened;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.config.TopicConfig;

/**
 * What the whole life of a file costs gc-streams: added, removed, condemned, reported as deleted, and forgotten. For
 * each step: CPU time and heap allocation of the thread that folds, rows written to the changelogs (RocksDB gets as
 * many), and bytes of the topics on the broker's disk, events included. gc-streams runs with RocksDB, changelogs and
 * exactly-once on an embedded broker. The files of an edit are removed by one edit; commands are reported as they were
 * emitted.
 *
 * <p>The log stands under {@code CreateTime}, which no service accepts at its start: so the benchmark can let a day pass.
 *
 * <p>Arguments: files (100,000), files of an edit (1, 10, 500; several sizes follow each other in one process).
 */
public final class LifeBenchmark {
    private static final String APPLICATION = "life";
    private static final int REGIONS = 20;
    private static final Duration LINGER = Duration.ofHours(1);
    private static final Duration RETENTION_OF_GONE = Duration.ofHours(25);
    private static final int WARM_UP_FILES = 20_000;

    private final int files;
    private final int filesOfAnEdit;
    private final String table;
    private final EventLog log;
    private final Costs costs;
    private final Commands commands;
    private final long[] versions = new long[REGIONS];
    private final Clock clock;

    /** The time that has passed since the start, ahead of the machine's clocks. */
    private static final class Clock {
        private Duration ahead = Duration.ZERO;
    }

    private LifeBenchmark(
            int files, int filesOfAnEdit, String table, EventLog log, Costs costs, Commands commands, Clock clock) {
        this.files = files;
        this.filesOfAnEdit = filesOfAnEdit;
        this.table = table;
        this.log = log;
        this.costs = costs;
        this.commands = commands;
        this.clock = clock;
    }

    public static void main(String[] args) throws Exception {
        int files = Arguments.number(args, 0, 100_000);
        List<Integer> sizes = new ArrayList<>();
        for (int i = 1; i < args.length; i++) {
            sizes.add(Integer.valueOf(args[i]));
        }
        Path state = Files.createTempDirectory("sexton-life");
        try (EmbeddedBroker broker = EmbeddedBroker.startTemporary();
                EventLog log = new EventLog(broker.bootstrapServers(), APPLICATION)) {
            run(broker.bootstrapServers(), state, log, files, sizes.isEmpty() ? List.of(1, 10, 500) : sizes);
        } finally {
            Directories.delete(state);
        }
    }

    private static void run(String bootstrapServers, Path state, EventLog log, int files, List<Integer> sizes)
            throws Exception {
        Commands commands = new Commands();
        FoldSettings settings = new FoldSettings(
                APPLICATION,
                bootstrapServers,
                true,
                state,
                1,
                Duration.ofMillis(100),
                64 << 20,
                256 << 20,
                64 << 20,
                Map.of());
        try (TopicSizes topics = new TopicSizes(bootstrapServers);
                FoldRuntime streams = FoldRuntime.start(
                        settings,
                        Topics.EVENTS,
                        List.of(),
                        PartitionFold.DEFINITION::valueOf,
                        (ticker, placement) -> EventsTopology.build(
                                Namespace.NONE,
                                ticker,
                                Duration.ofHours(1),
                                Placement.UNCHECKED,
                                ConfiguredPolicies.NONE,
                                commands,
                                ClockLag.UNMEASURED),
                        new SimpleMeterRegistry())) {
            log.setTopicConfig(TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, String.valueOf(Long.MAX_VALUE));
            log.setTopicConfig(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime");
            Costs costs = new Costs(topics);
            Clock clock = new Clock();
            log.add(RegionEvent.newBuilder()
                    .setPolicySet(PolicySet.newBuilder()
                            .setPolicy(Policy.newBuilder()
                                    .setObsoleteLinger(Times.toProto(LINGER))
                                    .setApprovalFloor(Integer.MAX_VALUE))));
            for (int round = 0; round < 2; round++) {
                new LifeBenchmark(WARM_UP_FILES, 100, "warm-up-" + round, log, costs, commands, clock).live();
            }
            for (int size : sizes) {
                List<Step> steps = new LifeBenchmark(files, size, "table-" + size, log, costs, commands, clock).live();
                if (streams.failure().isDone()) {
                    throw new IllegalStateException(streams.failure().get());
                }
                print(files, size, steps);
            }
        }
    }

    /** The costs of one step of all files. */
    private record Step(String name, Costs.Reading cost) {}

    private static void print(int files, int size, List<Step> steps) {
        System.out.printf("%,d files, %d an edit; of each file:%n", files, size);
        System.out.printf(
                "%-10s %9s %12s %8s %9s %9s %9s %11s%n",
                "", "CPU µs", "allocated B", "rows", "events B", "commands", "notices", "changelogs");
        Costs.Reading whole = Costs.Reading.ZERO;
        for (Step step : steps) {
            print(step.name, step.cost, files);
            whole = whole.plus(step.cost);
        }
        print("life", whole, files);
        System.out.printf("%-10s %.0f bytes of Kafka%n", "", whole.kafkaBytes() / files);
    }

    private static void print(String name, Costs.Reading cost, double files) {
        System.out.printf(
                "%-10s %9.2f %12.0f %8.2f %9.0f %9.0f %9.0f %11.0f%n",
                name,
                cost.cpuNanos() / 1e3 / files,
                cost.allocated() / files,
                cost.rows() / files,
                cost.events() / files,
                cost.commands() / files,
                cost.notices() / files,
                cost.changelogs() / files);
    }

    private List<Step> live() throws Exception {
        List<Step> steps = new ArrayList<>();
        for (int region = 0; region < REGIONS; region++) {
            log.add(leader(region)
                    .setRegionOpened(RegionOpened.newBuilder().setStore("main").setRoot(name(region))));
        }
        tick();
        log.awaitApplied();
        steps.add(measure("added", () -> edit(true)));
        steps.add(measure("removed", () -> edit(false)));
        commands.begin();
        clock.ahead = clock.ahead.plus(LINGER);
        steps.add(measure("condemned", () -> {
            tick();
            commands.awaitFiles(files);
        }));
        steps.add(measure("reported", this::report));
        clock.ahead = clock.ahead.plus(RETENTION_OF_GONE);
        steps.add(measure("forgotten", () -> {
            tick();
            log.awaitQuiet();
        }));
        return steps;
    }

    private interface Events {
        void send() throws Exception;
    }

    private Step measure(String name, Events events) throws Exception {
        Costs.Reading before = costs.read();
        events.send();
        log.awaitApplied();
        return new Step(name, costs.read().minus(before));
    }

    private void tick() {
        log.addTickAhead(clock.ahead);
    }

    private void edit(boolean adds) {
        for (int first = 0; first < files; first += filesOfAnEdit) {
            int region = first / filesOfAnEdit % REGIONS;
            long version = ++versions[region];
            ManifestEdit.Builder edit =
                    ManifestEdit.newBuilder().setBaseVersion(version - 1).setVersion(version);
            for (int file = first; file < Math.min(files, first + filesOfAnEdit); file++) {
                if (adds) {
                    edit.addAdded(FileRef.newBuilder()
                            .setPath(ScaleBenchmark.path(file))
                            .setSizeBytes(64 << 20));
                } else {
                    edit.addRemoved(ScaleBenchmark.path(file));
                }
            }
            log.add(leader(region).setManifestEdit(edit));
        }
    }

    private void report() {
        for (DeleteCommand command : commands.taken) {
            DeletionReport.Builder report = DeletionReport.newBuilder()
                    .setCommandId(command.getCommandId())
                    .setLockToken(1);
            command.getFilesList()
                    .forEach(file -> report.addOutcomes(FileOutcome.newBuilder()
                            .setPath(file.getFile().getPath())
                            .setOutcome(Outcome.DELETED)
                            .setBytes(file.getFile().getSizeBytes())));
            log.add(RegionEvent.newBuilder()
                    .setRegion(command.getRegion())
                    .setProducer("deleter-1")
                    .setDeletionReport(report));
        }
    }

    private RegionEvent.Builder leader(int region) {
        return RegionEvent.newBuilder().setRegion(name(region)).setEpoch(1).setProducer("datanode-" + region % 3);
    }

    private String name(int region) {
        return table + "/region-" + region;
    }

    /** The delete commands since the last {@link #begin}. Thread safe. */
    private static final class Commands implements FoldListener<Fold> {
        private final Queue<DeleteCommand> taken = new ConcurrentLinkedQueue<>();
        private final AtomicLong files = new AtomicLong();

        @Override
        public void emitted(Output output) {
            if (output instanceof Output.Emitted emitted
                    && emitted.message() instanceof GcCommand command
                    && command.hasDelete()) {
                taken.add(command.getDelete());
                files.addAndGet(command.getDelete().getFilesCount());
            }
        }

        void begin() {
            taken.clear();
            files.set(0);
        }

        void awaitFiles(int number) throws InterruptedException {
            while (files.get() < number) {
                Thread.sleep(5);
            }
        }
    }

    /** Reads what the thread that folds, its stores and its producer have used so far. */
    private static final class Costs {
        private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        private final TopicSizes topics;

        Costs(TopicSizes topics) {
            this.topics = topics;
        }

        record Reading(
                double cpuNanos,
                double allocated,
                double rows,
                double events,
                double commands,
                double notices,
                double changelogs) {
            static final Reading ZERO = new Reading(0, 0, 0, 0, 0, 0, 0);

            Reading plus(Reading other) {
                return new Reading(
                        cpuNanos + other.cpuNanos,
                        allocated + other.allocated,
                        rows + other.rows,
                        events + other.events,
                        commands + other.commands,
                        notices + other.notices,
                        changelogs + other.changelogs);
            }

            Reading minus(Reading other) {
                return plus(new Reading(
                        -other.cpuNanos,
                        -other.allocated,
                        -other.rows,
                        -other.events,
                        -other.commands,
                        -other.notices,
                        -other.changelogs));
            }

            double kafkaBytes() {
                return events + commands + notices + changelogs;
            }
        }

        Reading read() throws InterruptedException, ExecutionException {
            long folding = foldingThread();
            return new Reading(
                    threads.getThreadCpuTime(folding),
                    threads.getThreadAllocatedBytes(folding),
                    topics.records("-changelog"),
                    topics.bytes(Topics.EVENTS),
                    topics.bytes(Topics.DELETE_COMMANDS),
                    topics.bytes(Topics.NOTICES),
                    topics.bytes("-changelog"));
        }

        private long foldingThread() {
            for (long id : threads.getAllThreadIds()) {
                var info = threads.getThreadInfo(id);
                if (info != null && info.getThreadName().matches(APPLICATION + "-.*-StreamThread-1")) {
                    return id;
                }
            }
            throw new IllegalStateException("gc-streams has no thread");
        }
    }
}
