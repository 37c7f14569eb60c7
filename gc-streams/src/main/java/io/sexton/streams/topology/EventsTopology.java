package io.sexton.streams.topology;

import io.sexton.fold.topology.Ticker;
import io.sexton.proto.Topics;
import io.sexton.streams.core.Placement;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The wiring of gc-streams, all of it:
 *
 * <pre>
 *  gc.events ── events ── fold ──┬── commands ───── gc.delete-commands
 *                          │     ├── notices ────── gc.notices
 *             files, schedule,   └── dead-letters ─ gc.dead-letters
 *                 regions
 * </pre>
 *
 * Names are part of the changelogs' names: a change of one loses the state. A golden file holds them.
 */
public final class EventsTopology {
    static final String FILES = "files";
    static final String SCHEDULE = "schedule";
    static final String REGIONS = "regions";
    static final String TO_COMMANDS = "commands";
    static final String TO_NOTICES = "notices";
    static final String TO_DEAD_LETTERS = "dead-letters";

    private EventsTopology() {}

    /**
     * @param tickInterval how often a partition is asked whether something is due
     * @param placement which keys may stand in which partition
     */
    public static Topology build(Ticker ticker, Duration tickInterval, Placement placement, FoldMetrics metrics) {
        ByteArrayDeserializer in = new ByteArrayDeserializer();
        ByteArraySerializer out = new ByteArraySerializer();
        return new Topology()
                .addSource("events", in, in, Topics.EVENTS)
                .addProcessor("fold", () -> new FoldProcessor(ticker, tickInterval, placement, metrics), "events")
                .addStateStore(store(FILES), "fold")
                .addStateStore(store(SCHEDULE), "fold")
                .addStateStore(store(REGIONS), "fold")
                .addSink(TO_COMMANDS, Topics.DELETE_COMMANDS, out, out, "fold")
                .addSink(TO_NOTICES, Topics.NOTICES, out, out, "fold")
                .addSink(TO_DEAD_LETTERS, Topics.DEAD_LETTERS, out, out, "fold");
    }

    /** Cached, so that a row that many records change is written to RocksDB and to the changelog once a commit. */
    private static StoreBuilder<KeyValueStore<Bytes, byte[]>> store(String name) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
                .withCachingEnabled()
                .withLoggingEnabled(Map.of());
    }
}
