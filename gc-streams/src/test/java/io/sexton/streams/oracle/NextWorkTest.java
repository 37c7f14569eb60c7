package io.sexton.streams.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.sexton.fold.core.Placement;
import io.sexton.fold.state.MemoryStore;
import io.sexton.streams.apply.PartitionFold;
import io.sexton.streams.state.Stores;
import io.sexton.v1.RegionEvent;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The time of the next needed tick: an ended pin, compaction or drop must not request one (design, section 4). */
final class NextWorkTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final PartitionFold fold = new PartitionFold(
            0, new Stores(new MemoryStore(), new MemoryStore(), new MemoryStore()), Placement.UNCHECKED, output -> {});
    private long offset;

    @BeforeEach
    void openARegionWithOneFile() {
        at(0, "'epoch': 1, 'regionOpened': {'store': 'main', 'root': 'r1'}");
        at(1, "'epoch': 1, 'manifestEdit': {'version': 1, 'added': [{'path': 'a'}]}");
        tick(2);
        assertThat(fold.nextWork()).as("nothing can fall due").isEmpty();
    }

    @Test
    void finishedReaderNeedsNoTick() {
        at(3, "'queryHeartbeat': {'readerId': 'q', 'ttl': '60s', 'atVersion': 1}");
        assertThat(fold.nextWork()).as("its ttl counts from a tick").isPresent();
        tick(4);
        assertThat(fold.nextWork()).contains(START.plusSeconds(64).plusMillis(1));
        at(5, "'queryHeartbeat': {'readerId': 'q', 'ttl': '10s'}");
        tick(6);
        assertThat(fold.nextWork())
                .as("a shorter ttl")
                .contains(START.plusSeconds(16).plusMillis(1));

        at(7, "'queryFinished': {'readerId': 'q'}");

        assertThat(fold.nextWork()).isEmpty();
    }

    @Test
    void readerFinishedBeforeItsFirstTickNeedsNone() {
        at(3, "'queryHeartbeat': {'readerId': 'q', 'ttl': '60s', 'atVersion': 1}");
        at(4, "'queryFinished': {'readerId': 'q'}");
        tick(5);

        assertThat(fold.nextWork()).isEmpty();
    }

    @Test
    void renewedReaderNeedsNoTickBeforeItsOldExpiry() {
        at(3, "'queryHeartbeat': {'readerId': 'q', 'ttl': '60s', 'atVersion': 1}");
        tick(4);
        at(30, "'queryHeartbeat': {'readerId': 'q', 'ttl': '60s'}");
        tick(31);
        assertThat(fold.nextWork()).contains(START.plusSeconds(64).plusMillis(1));

        tick(65);

        assertThat(fold.nextWork()).contains(START.plusSeconds(91).plusMillis(1));
        tick(92);
        assertThat(fold.nextWork()).isEmpty();
    }

    @Test
    void endedCompactionNeedsATickForItsLeftoversOnly() {
        at(3, "'epoch': 1, 'compactionStarted': {'compactionId': 'c', 'tempFiles': ['t'], 'timeout': '60s'}");
        tick(4);
        assertThat(fold.nextWork()).contains(START.plusSeconds(64).plusMillis(1));

        at(
                5,
                "'epoch': 1, 'compactionCompleted': {'compactionId': 'c',"
                        + " 'edit': {'baseVersion': 1, 'version': 2, 'added': [{'path': 't'}]}}");

        assertThat(fold.nextWork()).as("t is live, and c is over").isEmpty();
    }

    @Test
    void fileIsDueWhenItsLingerEnds() {
        at(3, "'epoch': 1, 'manifestEdit': {'baseVersion': 1, 'version': 2, 'removed': ['a']}");
        assertThat(fold.nextWork()).contains(START.plusSeconds(3 + 3600));

        at(4, "'epoch': 1, 'manifestEdit': {'baseVersion': 2, 'version': 3, 'added': [{'path': 'a'}]}");

        assertThat(fold.nextWork()).isEmpty();
    }

    @Test
    void restoredDropNeedsATickForItsGapOnly() {
        at(3, "'epoch': 1, 'regionDropped': {}");
        assertThat(fold.nextWork()).contains(START.plusSeconds(3 + 7 * 86_400));

        at(4, "'epoch': 1, 'regionRestored': {}");
        at(5, "'epoch': 1, 'manifestSnapshot': {'snapshotId': 's'}");
        at(
                6,
                "'epoch': 1, 'manifestSnapshot': {'snapshotId': 's', 'chunk': 1, 'version': 1, 'last': true,"
                        + " 'files': [{'path': 'a'}]}");
        tick(7);

        assertThat(fold.nextWork().filter(next -> next.isAfter(START.plusSeconds(2 * 3600))))
                .as("at most the hour in which the snapshot would have been requested again")
                .isEmpty();
    }

    private void tick(int second) {
        Instant now = START.plusSeconds(second);
        apply(now, "", "'tick': {'wallClock': '" + now + "', 'ticker': 't', 'uptime': '" + second + "s'}");
    }

    private void at(int second, String event) {
        apply(START.plusSeconds(second), "r1", "'region': 'r1', " + event);
    }

    private void apply(Instant now, String key, String event) {
        RegionEvent.Builder parsed = RegionEvent.newBuilder();
        try {
            JsonFormat.parser().merge("{" + event.replace('\'', '"') + "}", parsed);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
        fold.apply(LogRecord.of(0, offset++, now.toEpochMilli(), key, parsed.build())
                .toFold());
    }
}
