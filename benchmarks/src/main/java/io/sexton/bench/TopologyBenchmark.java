package io.sexton.bench;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sexton.broker.EmbeddedBroker;
import io.sexton.fold.app.FoldRuntime;
import io.sexton.fold.app.FoldSettings;
import io.sexton.fold.core.Fold;
import io.sexton.fold.core.Placement;
import io.sexton.fold.topology.ClockLag;
import io.sexton.fold.topology.FoldListener;
import io.sexton.fold.topology.Ticker;
import io.sexton.proto.Namespace;
import io.sexton.proto.TopicAdmin;
import io.sexton.proto.TopicSettings;
import io.sexton.proto.Topics;
import io.sexton.streams.apply.PartitionFold;
import io.sexton.streams.topology.ConfiguredPolicies;
import io.sexton.streams.topology.EventsTopology;
import io.sexton.v1.RegionEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;

/**
 * Events a second through gc-streams with RocksDB, changelogs and exactly-once on an embedded broker, as a ratio to a
 * topology of the same shape without state. Two more measurements show the shares of the time: a topology without state
 * that writes as many records as the changelogs receive, and the fold alone. All read the same log of one partition, in
 * alternation; the time counts from the first event that is applied to the commit of the last.
 *
 * <p>Arguments: number of events (300,000), rounds (3).
 */
public final class TopologyBenchmark {
    private static final int REGIONS = 500;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final EmbeddedBroker broker;
    private final Path dir;
    private final int events;
    private final List<RegionEvent> log = new ArrayList<>();
    private int runs;

    private TopologyBenchmark(EmbeddedBroker broker, Path dir, int events) {
        this.broker = broker;
        this.dir = dir;
        this.events = events;
    }

    public static void main(String[] args) throws Exception {
        int events = args.length > 0 ? Integer.parseInt(args[0]) : 300_000;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
        Path dir = Files.createTempDirectory("sexton-bench");
        try (EmbeddedBroker broker = EmbeddedBroker.startTemporary()) {
            TopologyBenchmark benchmark = new TopologyBenchmark(broker, dir, events);
            benchmark.fillLog();
            benchmark.compare(rounds);
        } finally {
            Directories.delete(dir);
        }
    }

    private void compare(int rounds) throws Exception {
        double[] ratios = new double[rounds];
        double[] ratiosToWriter = new double[rounds];
        System.out.printf("%,d events of %d regions, %d processors%n", events, REGIONS, processors());
        for (int round = -1; round < rounds; round++) {
            double stateless = run((ticker, applied) -> Stateless.topology(applied, 0));
            double stateful = run((ticker, applied) -> new Stateful(applied).topology(ticker));
            int written = (int) Math.round((double) changelogRecords() / events);
            double writer = run((ticker, applied) -> Stateless.topology(applied, written));
            double alone = FoldAlone.eventsPerSecond(log);
            if (round >= 0) { // the first round warms up
                ratios[round] = stateful / stateless;
                ratiosToWriter[round] = stateful / writer;
                System.out.printf(
                        "round %d: gc-streams %,.0f events/s, without state %,.0f (ratio %.2f), without state but writing"
                                + " %d records an event as its changelogs do %,.0f (ratio %.2f), the fold alone in"
                                + " memory %,.0f%n",
                        round + 1, stateful, stateless, ratios[round], written, writer, ratiosToWriter[round], alone);
            }
        }
        Ratios.print("ratio to a topology without state", ratios);
        Ratios.print("ratio to one that writes as much", ratiosToWriter);
    }

    /** Returns the number of records that the last run has written to its changelogs. */
    private long changelogRecords() throws Exception {
        String application = "bench-" + (runs - 1);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
            for (String topic : admin.listTopics().names().get()) {
                if (topic.startsWith(application + "-") && topic.endsWith("-changelog")) {
                    ends.put(new TopicPartition(topic, 0), OffsetSpec.latest());
                }
            }
            return admin.listOffsets(ends).all().get().values().stream()
                    .mapToLong(ListOffsetsResult.ListOffsetsResultInfo::offset)
                    .sum();
        }
    }

    private static int processors() {
        return Runtime.getRuntime().availableProcessors();
    }

    private double run(BiFunction<Ticker, Runnable, Topology> shape) throws Exception {
        String application = "bench-" + runs++;
        forgetApplication();
        AtomicLong count = new AtomicLong();
        AtomicLong begin = new AtomicLong();
        CountDownLatch done = new CountDownLatch(1);
        Runnable applied = () -> {
            long now = count.incrementAndGet();
            if (now == 1) {
                begin.set(System.nanoTime());
            } else if (now == events) {
                done.countDown();
            }
        };
        FoldSettings settings = new FoldSettings(
                application,
                broker.bootstrapServers(),
                true,
                dir.resolve(application),
                1,
                Duration.ofMillis(100),
                64 << 20,
                256 << 20,
                64 << 20,
                Map.of());
        try (FoldRuntime runtime = FoldRuntime.start(
                        settings,
                        Topics.EVENTS,
                        List.of(),
                        PartitionFold.DEFINITION::valueOf,
                        (ticker, placement) -> shape.apply(ticker, applied),
                        new SimpleMeterRegistry());
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            done.await();
            if (runtime.failure().isDone()) {
                throw new IllegalStateException(runtime.failure().get());
            }
            TopicPartition partition = new TopicPartition(Topics.EVENTS, 0);
            while (true) {
                var committed = admin.listConsumerGroupOffsets(application)
                        .partitionsToOffsetAndMetadata()
                        .get()
                        .get(partition);
                if (committed != null && committed.offset() >= events) {
                    return events / ((System.nanoTime() - begin.get()) / 1e9);
                }
            }
        }
    }

    /** Recreates gc.meta. Each run is a fold of the same log under another name, which no service would begin. */
    private void forgetApplication() throws Exception {
        Map<String, Object> client = Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
        try (Admin admin = Admin.create(client)) {
            admin.deleteTopics(List.of(Topics.META)).all().get();
            while (admin.listTopics().names().get().contains(Topics.META)) {
                Thread.onSpinWait();
            }
        }
        try (TopicAdmin admin = new TopicAdmin(client, TIMEOUT)) {
            admin.create(TopicSettings.singleBroker(1));
        }
    }

    /** gc-streams; with a tick interval so long that none comes: the log of a benchmark stands still. */
    private record Stateful(Runnable count) implements FoldListener<Fold> {
        @Override
        public void applied(Duration took) {
            count.run();
        }

        Topology topology(Ticker ticker) {
            return EventsTopology.build(
                    Namespace.NONE,
                    ticker,
                    Duration.ofHours(1),
                    Placement.UNCHECKED,
                    ConfiguredPolicies.NONE,
                    this,
                    ClockLag.UNMEASURED);
        }
    }

    private void fillLog() throws Exception {
        Map<String, Object> client = Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
        try (TopicAdmin admin = new TopicAdmin(client, TIMEOUT)) {
            admin.create(TopicSettings.singleBroker(1));
        }
        Workload workload = new Workload(REGIONS);
        try (var producer = new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<?>> sent = new ArrayList<>();
            for (int i = 0; i < events; i++) {
                RegionEvent event = workload.next();
                log.add(event);
                byte[] key = event.getRegion().getBytes(StandardCharsets.UTF_8);
                sent.add(producer.send(new ProducerRecord<>(Topics.EVENTS, key, event.toByteArray())));
            }
            for (var each : sent) {
                each.get();
            }
        }
    }
}
