package io.sexton.streams.oracle;

import io.sexton.fold.core.Output;
import io.sexton.fold.core.Placement;
import io.sexton.fold.state.MemoryStore;
import io.sexton.proto.Times;
import io.sexton.streams.apply.Bounded;
import io.sexton.streams.apply.PartitionFold;
import io.sexton.streams.state.Stores;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.GcCommand;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.Tick;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A fold of one partition with one region, for tests that apply single events. Seconds count from the start. */
final class LoneFold {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final List<Output> outputs = new ArrayList<>();
    private final PartitionFold fold;
    private long offset;

    /** Creates a fold with the bounds of production. */
    LoneFold() {
        fold = new PartitionFold(0, inMemory(), Placement.UNCHECKED, outputs::add);
    }

    /** @param looks due files that one tick examines at most */
    LoneFold(int looks) {
        this(looks, 1_000);
    }

    /** @param moves files that one record moves at most, beyond those that it names */
    LoneFold(int looks, int moves) {
        fold = Bounded.fold(0, looks, moves, inMemory(), outputs::add);
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

    /** Applies an event of the region. */
    void at(int second, RegionEvent.Builder event) {
        apply(second, "r1", event.setRegion("r1").setEpoch(1));
    }

    void apply(int second, String key, RegionEvent.Builder event) {
        fold.apply(LogRecord.of(0, offset++, START.plusSeconds(second).toEpochMilli(), key, event.build())
                .toFold());
    }

    /** Returns the offset of the record that was applied last. */
    long lastOffset() {
        return offset - 1;
    }

    List<Output> outputs() {
        return outputs;
    }

    List<DeleteCommand> commands() {
        return outputs.stream()
                .filter(Output.Emitted.class::isInstance)
                .map(output -> ((Output.Emitted) output).message())
                .filter(message -> message instanceof GcCommand command && command.hasDelete())
                .map(message -> ((GcCommand) message).getDelete())
                .toList();
    }

    List<CondemnedFile> condemned() {
        return commands().stream()
                .flatMap(command -> command.getFilesList().stream())
                .toList();
    }
}
