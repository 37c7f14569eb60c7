package io.sexton.bench;

import io.sexton.fold.core.Placement;
import io.sexton.fold.state.MemoryStore;
import io.sexton.proto.LogRecord;
import io.sexton.proto.RegionId;
import io.sexton.streams.apply.PartitionFold;
import io.sexton.v1.RegionEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The fold without Kafka, on state in memory: what is left of the cost when storage costs nothing. */
final class FoldAlone {
    private FoldAlone() {}

    static double eventsPerSecond(List<RegionEvent> log) {
        Instant appended = Instant.parse("2026-01-01T00:00:00Z");
        List<LogRecord> records = new ArrayList<>();
        for (RegionEvent event : log) {
            byte[] key = RegionId.of(event.getRegion()).toKey();
            records.add(new LogRecord(0, records.size(), appended, key, event.toByteArray()));
        }
        PartitionFold fold = PartitionFold.DEFINITION
                .factory()
                .create(0, store -> new MemoryStore(), Placement.UNCHECKED, output -> {});
        long begin = System.nanoTime();
        records.forEach(fold::apply);
        return records.size() / ((System.nanoTime() - begin) / 1e9);
    }
}
