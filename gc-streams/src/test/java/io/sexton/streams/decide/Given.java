package io.sexton.streams.decide;

import io.sexton.fold.state.MemoryStore;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.model.EffectivePolicy;
import io.sexton.streams.model.Fact;
import io.sexton.streams.model.FileState;
import io.sexton.streams.model.KnownFile;
import io.sexton.streams.model.KnownFile.Examination;
import io.sexton.streams.model.KnownFile.Sightings;
import io.sexton.streams.row.RegionRow;
import io.sexton.streams.row.Stamp;
import io.sexton.streams.state.Region;
import io.sexton.streams.state.State;
import io.sexton.streams.state.Stores;
import io.sexton.v1.Policy;
import java.time.Duration;
import java.time.Instant;

/** A region at epoch 2, version 20, with one file that has been what it is for a day: what deciders read. */
final class Given {
    static final RegionId REGION = RegionId.of("r");
    static final FilePath PATH = FilePath.of("a");
    static final Instant SINCE = Instant.parse("2026-01-01T00:00:00Z");
    static final Fact FACT = new Fact(100, SINCE);
    static final Fact TICK = new Fact(200, SINCE.plus(Duration.ofDays(2)));

    final State state = new State(new Stores(new MemoryStore(), new MemoryStore(), new MemoryStore()));
    final RegionRow.Builder row = RegionRow.newBuilder()
            .setOpened(true)
            .setEpoch(2)
            .setVersion(20)
            .setManifestSeen(true)
            .setLiveFiles(10)
            .setObsoleteFiles(0)
            .setTrackedFiles(10);
    final Region region = new Region(REGION, row, true);
    final Policy.Builder policy = Policy.newBuilder();

    static KnownFile file(FileState state) {
        return KnownFile.first(state, FACT);
    }

    static KnownFile obsolete() {
        return file(new FileState.Obsolete(SINCE, false, false));
    }

    /** Returns an orphan that a FileWritten has named, and that became a candidate at offset 150. */
    static KnownFile orphan() {
        return file(new FileState.Unreferenced(SINCE, false))
                .with(Sightings.NONE.withKnown(FACT))
                .with(new Examination(150L, null));
    }

    void gap() {
        row.setGap(Stamp.newBuilder().setEpoch(2).setVersion(20)).setGapOffset(90);
    }

    void gone() {
        row.getDropBuilder().setSinceMs(SINCE.toEpochMilli()).setGone(true);
    }

    EffectivePolicy policy() {
        return EffectivePolicy.of(policy.build());
    }

    Decision decide(KnownFile file) {
        return new FileDecider(state).decide(new FileDecider.Case(region, PATH, file, policy(), 1, TICK));
    }
}
