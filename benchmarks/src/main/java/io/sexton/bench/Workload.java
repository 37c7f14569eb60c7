package io.sexton.bench;

import com.google.protobuf.Duration;
import io.sexton.proto.RegionId;
import io.sexton.v1.FileRef;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.QueryHeartbeat;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.RegionOpened;
import java.util.SplittableRandom;

/**
 * The log of a busy database: edits of the manifest that add a file and remove an older one, and between them
 * heartbeats of readers that pin the current version. The same numbers give the same log.
 */
final class Workload {
    private static final int FILES_KEPT = 20;
    private static final int HEARTBEAT_PERCENT = 20;

    private final SplittableRandom random = new SplittableRandom(42);
    private final long[] versions;
    private final boolean[] opened;

    Workload(int regions) {
        versions = new long[regions];
        opened = new boolean[regions];
    }

    RegionEvent next() {
        int region = random.nextInt(versions.length);
        RegionEvent.Builder event = RegionEvent.newBuilder()
                .setRegion(RegionId.of("table-7/region-" + region).value())
                .setProducer("datanode-" + region % 3);
        if (!opened[region]) {
            opened[region] = true;
            return event.setEpoch(1)
                    .setRegionOpened(RegionOpened.newBuilder().setStore("main").setRoot("table-7/" + region))
                    .build();
        }
        if (random.nextInt(100) < HEARTBEAT_PERCENT) {
            return event.setQueryHeartbeat(QueryHeartbeat.newBuilder()
                            .setReaderId("query-" + random.nextInt(1_000))
                            .setTtl(Duration.newBuilder().setSeconds(60))
                            .setAtVersion(versions[region]))
                    .build();
        }
        long version = ++versions[region];
        ManifestEdit.Builder edit = ManifestEdit.newBuilder()
                .setBaseVersion(version - 1)
                .setVersion(version)
                .addAdded(FileRef.newBuilder().setPath(path(version)).setSizeBytes(64 << 20));
        if (version > FILES_KEPT) {
            edit.addRemoved(path(version - FILES_KEPT));
        }
        return event.setEpoch(1).setManifestEdit(edit).build();
    }

    private static String path(long version) {
        return "data/%032d.sst".formatted(version);
    }
}
