package io.sexton.streams.oracle;

import io.sexton.fold.core.Placement;
import io.sexton.fold.core.Times;
import io.sexton.fold.state.MemoryStore;
import io.sexton.streams.core.Bounded;
import io.sexton.streams.core.Output;
import io.sexton.streams.core.PartitionFold;
import io.sexton.streams.core.Stores;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.Tick;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A fold of one partition with one region, to which a test tells one event after the other. Seconds count from the start. */
final class LoneFold {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final List<Output> said = new ArrayList<>();
    private final PartitionFold fold;
    private long offset;

    /** With the bounds of production. */
    LoneFold() {
        fold = new PartitionFold(0, inMemory(), Placement.UNCHECKED, said::add);
    }

    /** @param looks the most due files that one tick looks at */
    LoneFold(int looks) {
        this(looks, 1_000);
    }

    /** @param moves the most files that one record moves beyond those that it names */
    LoneFold(int looks, int moves) {
        fold = Bounded.fold(0, looks, moves, inMemory(), said::add);
    }

    private static Stores inMemory() {
        return new Stores(new MemoryStore(), new MemoryStore(), new MemoryStore());
    }

    void tick(int second) {
        Tick tick = Tick.newBuilder()
                .setWallClock(Times.toProto(START.plusSeconds(second)))
                .setTicker("t")
                .setUptime(Times.toProto(Duration.ofSeconds(second)))
                .build();
        apply(second, "", RegionEvent.newBuilder().setTick(tick));
    }

    /** An event of the region. */
    void at(int second, RegionEvent.Builder event) {
        apply(second, "r1", event.setRegion("r1").setEpoch(1));
    }

    void apply(int second, String key, RegionEvent.Builder event) {
        fold.apply(LogRecord.of(0, offset++, START.plusSeconds(second).toEpochMilli(), key, event.build())
                .toFold());
    }

    /** Of the record that was applied last. */
    long lastOffset() {
        return offset - 1;
    }

    List<Output> said() {
        return said;
    }

    List<DeleteCommand> commands() {
        return said.stream()
                .filter(output -> output instanceof Output.Command command
                        && command.command().hasDelete())
                .map(output -> ((Output.Command) output).command().getDelete())
                .toList();
    }

    List<CondemnedFile> condemned() {
        return commands().stream()
                .flatMap(command -> command.getFilesList().stream())
                .toList();
    }
}
