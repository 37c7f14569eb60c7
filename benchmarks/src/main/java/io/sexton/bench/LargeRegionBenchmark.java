package io.sexton.bench;

import io.sexton.broker.EmbeddedBroker;
import io.sexton.proto.Times;
import io.sexton.v1.FileRef;
import io.sexton.v1.Hold;
import io.sexton.v1.Inventory;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.ManifestSnapshot;
import io.sexton.v1.Policy;
import io.sexton.v1.PolicySet;
import io.sexton.v1.QueryFinished;
import io.sexton.v1.QueryHeartbeat;
import io.sexton.v1.RegionDropped;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.RegionOpened;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * Facts about many files of one region at once (docs/adr/0010). Measures for each: the time of the longest record, the
 * number of records of the work, and its total time. No record may delay the poll of Streams for long.
 *
 * <p>Argument: files of the region (1,000,000).
 */
public final class LargeRegionBenchmark {
    private static final String REGION = "table-7/large";
    private static final int FILES_OF_AN_EDIT = 500;

    private final EventLog log;
    private final StreamsProcess streams;
    private final int files;
    private long version;
    private long epoch = 1;

    private LargeRegionBenchmark(EventLog log, StreamsProcess streams, int files) {
        this.log = log;
        this.streams = streams;
        this.files = files;
    }

    public static void main(String[] args) throws Exception {
        int files = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        Path state = Files.createTempDirectory("sexton-large");
        try (EmbeddedBroker broker = EmbeddedBroker.startTemporary();
                EventLog log = new EventLog(broker.bootstrapServers(), StreamsProcess.APPLICATION);
                StreamsProcess streams = StreamsProcess.start(broker.bootstrapServers(), state)) {
            new LargeRegionBenchmark(log, streams, files).run();
        } finally {
            Directories.delete(state);
        }
    }

    private void run() throws Exception {
        policy(UnaryOperator.identity());
        open();
        measure("%,d files are added, %d an edit".formatted(files, FILES_OF_AN_EDIT), () -> edit(0, files, true));
        measure("a snapshot names none of them", this::emptySnapshot);
        measure("an inventory lists none of them", () -> {
            log.add(event().setInventory(Inventory.newBuilder().setInventoryId("i")));
            log.add(event().setInventory(Inventory.newBuilder()
                    .setInventoryId("i")
                    .setChunk(1)
                    .setLast(true)));
        });
        measure("they are added once more", () -> edit(0, files, true));
        policy(LargeRegionBenchmark::withoutLingers);
        measure("the region is dropped under a hold: each file is looked at, and parked", () -> {
            log.add(event().setHold(Hold.newBuilder().setHoldId("h")));
            log.add(leader().setRegionDropped(RegionDropped.getDefaultInstance()));
        });
        measure(
                "a policy is set: all that is parked is judged anew",
                () -> policy(LargeRegionBenchmark::withoutLingers));
        measure("a new life of the region begins", this::reopenWithoutFiles);
        log.add(event().setHold(Hold.newBuilder().setHoldId("h").setReleased(true)));
        measure(
                "the region is dropped, and all of it is condemned",
                () -> log.add(leader().setRegionDropped(RegionDropped.getDefaultInstance())));
        reopenWithoutFiles();
        emptySnapshot();
        int some = files / 10;
        measure("%,d further files, and a reader pins them".formatted(some), () -> {
            edit(files, files + some, true);
            log.add(event().setQueryHeartbeat(QueryHeartbeat.newBuilder()
                    .setReaderId("q")
                    .setTtl(Times.toProto(Duration.ofHours(1)))
                    .setAtVersion(version)));
            edit(files, files + some, false);
        });
        measure(
                "the pin ends, and all of them are condemned",
                () -> log.add(
                        event().setQueryFinished(QueryFinished.newBuilder().setReaderId("q"))));
    }

    private void reopenWithoutFiles() {
        epoch++;
        open();
    }

    private void emptySnapshot() {
        String id = "s" + epoch;
        log.add(leader().setManifestSnapshot(
                        ManifestSnapshot.newBuilder().setVersion(version).setSnapshotId(id)));
        log.add(leader().setManifestSnapshot(ManifestSnapshot.newBuilder()
                .setVersion(version)
                .setSnapshotId(id)
                .setChunk(1)
                .setLast(true)));
    }

    private interface Events {
        void send() throws Exception;
    }

    private void measure(String what, Events events) throws Exception {
        StreamsProcess.Reading before = streams.read();
        long begin = System.nanoTime();
        events.send();
        log.awaitApplied();
        StreamsProcess.Reading after = streams.awaitQuiet();
        double took = (System.nanoTime() - begin - StreamsProcess.QUIET.toNanos()) / 1e9;
        System.out.printf(
                "%s: longest record %.0f ms, %,d records, %.1f s, %,d files in commands%n",
                what,
                after.longest().toNanos() / 1e6,
                after.records() - before.records(),
                took,
                after.condemned() - before.condemned());
    }

    private static Policy.Builder withoutLingers(Policy.Builder policy) {
        return policy.setDropLinger(Times.toProto(Duration.ZERO)).setObsoleteLinger(Times.toProto(Duration.ZERO));
    }

    private void policy(UnaryOperator<Policy.Builder> change) {
        log.add(RegionEvent.newBuilder()
                .setPolicySet(PolicySet.newBuilder()
                        .setPolicy(change.apply(Policy.newBuilder().setApprovalFloor(Integer.MAX_VALUE)))));
    }

    private void open() {
        log.add(leader().setRegionOpened(
                        RegionOpened.newBuilder().setStore("main").setRoot(REGION)));
    }

    private void edit(int from, int to, boolean add) {
        for (int first = from; first < to; first += FILES_OF_AN_EDIT) {
            ManifestEdit.Builder edit =
                    ManifestEdit.newBuilder().setBaseVersion(version).setVersion(++version);
            for (int file = first; file < Math.min(to, first + FILES_OF_AN_EDIT); file++) {
                String path = ScaleBenchmark.path(file);
                if (add) {
                    edit.addAdded(FileRef.newBuilder().setPath(path).setSizeBytes(64 << 20));
                } else {
                    edit.addRemoved(path);
                }
            }
            log.add(leader().setManifestEdit(edit));
        }
    }

    private RegionEvent.Builder leader() {
        return event().setEpoch(epoch);
    }

    private static RegionEvent.Builder event() {
        return RegionEvent.newBuilder().setRegion(REGION);
    }
}
