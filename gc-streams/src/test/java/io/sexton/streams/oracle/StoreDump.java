package io.sexton.streams.oracle;

import io.sexton.fold.core.Key;
import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.core.Output;
import io.sexton.fold.core.Placement;
import io.sexton.fold.state.MemoryStore;
import io.sexton.proto.LogRecord;
import io.sexton.proto.Topics;
import io.sexton.streams.apply.PartitionFold;
import io.sexton.streams.state.Stores;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** A fold in memory, with all outputs and all stored bytes for comparisons. */
final class StoreDump {
    private final int partition;
    private final List<String> outputs = new ArrayList<>();
    private Stores stores = empty();
    private PartitionFold fold;

    StoreDump(int partition) {
        this.partition = partition;
        fold = start();
    }

    private static Stores empty() {
        return new Stores(new MemoryStore(), new MemoryStore(), new MemoryStore());
    }

    private PartitionFold start() {
        return new PartitionFold(partition, stores, Placement.UNCHECKED, output -> outputs.add(line(output)));
    }

    void apply(LogRecord record) {
        fold.apply(record);
    }

    /** Replaces the fold as a restart does: by another one on the stored state, as restored from a changelog. */
    void restart() {
        Stores restored = empty();
        copy(stores.files(), restored.files());
        copy(stores.schedule(), restored.schedule());
        copy(stores.regions(), restored.regions());
        stores = restored;
        fold = start();
    }

    private static void copy(OrderedStore from, OrderedStore to) {
        entries(from).forEach(entry -> to.put(entry.key(), entry.value()));
    }

    /** Returns the outputs of the fold, in order. */
    List<String> outputs() {
        return outputs;
    }

    /** Returns every row of every store, one a line. */
    List<String> state() {
        List<String> lines = new ArrayList<>();
        dump("files", stores.files(), lines);
        dump("schedule", stores.schedule(), lines);
        dump("regions", stores.regions(), lines);
        return lines;
    }

    /** Begins on rows that {@link #state} has returned. */
    void load(List<String> rows) {
        HexFormat hex = HexFormat.of();
        stores = empty();
        for (String row : rows) {
            String[] parts = row.split(" ", -1);
            OrderedStore store = switch (parts[0]) {
                case "files" -> stores.files();
                case "schedule" -> stores.schedule();
                case "regions" -> stores.regions();
                default -> throw new IllegalArgumentException(row);
            };
            store.put(hex.parseHex(parts[1]), hex.parseHex(parts[2]));
        }
        fold = start();
    }

    private static void dump(String name, OrderedStore store, List<String> lines) {
        HexFormat hex = HexFormat.of();
        entries(store)
                .forEach(entry ->
                        lines.add(name + " " + hex.formatHex(entry.key()) + " " + hex.formatHex(entry.value())));
    }

    private static List<OrderedStore.Entry> entries(OrderedStore store) {
        return store.page(new byte[0], Key.of(0xFE).build(), Integer.MAX_VALUE);
    }

    private static String line(Output output) {
        HexFormat hex = HexFormat.of();
        return switch (output) {
            case Output.Emitted emitted ->
                (emitted.topic().equals(Topics.NOTICES) ? "notice " : "command ") + emitted.region() + " "
                        + hex.formatHex(emitted.message().toByteArray());
            case Output.DeadLetter letter -> "dead letter " + letter.record().offset() + " " + letter.reason();
            case Output.ClockDisagreement tick ->
                "disagreement " + tick.record().offset();
        };
    }
}
