package io.sexton.bench;

import io.sexton.v1.FileRef;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.QueryHeartbeat;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.RegionOpened;
import java.util.SplittableRandom;

/**
 * Events that name one thing each: of ten, six edits add a file, two remove one, two are heartbeats of readers that
 * renew their pins. The same numbers give the same log.
 */
final class SimpleEvents {
    private final SplittableRandom random = new SplittableRandom(42);
    private final long[] versions;
    private final int[] added;
    private final int[] removed;
    private final boolean[] pinned;

    SimpleEvents(int regions) {
        versions = new long[regions];
        added = new int[regions];
        removed = new int[regions];
        pinned = new boolean[regions];
    }

    RegionEvent next() {
        int region = random.nextInt(versions.length);
        RegionEvent.Builder event = RegionEvent.newBuilder().setRegion("table-7/region-" + region);
        if (versions[region] == 0 && added[region] == 0) {
            added[region] = 1;
            return event.setEpoch(1)
                    .setRegionOpened(RegionOpened.newBuilder().setStore("main").setRoot("table-7/" + region))
                    .build();
        }
        int kind = random.nextInt(10);
        if (kind >= 8) {
            QueryHeartbeat.Builder heartbeat = QueryHeartbeat.newBuilder().setReaderId("query");
            if (!pinned[region]) {
                heartbeat.setAtVersion(versions[region]);
                pinned[region] = true;
            }
            return event.setQueryHeartbeat(heartbeat).build();
        }
        long version = ++versions[region];
        ManifestEdit.Builder edit =
                ManifestEdit.newBuilder().setBaseVersion(version - 1).setVersion(version);
        if (kind >= 6 && removed[region] < added[region] - 1) {
            edit.addRemoved(path(++removed[region]));
        } else {
            edit.addAdded(FileRef.newBuilder().setPath(path(added[region]++)).setSizeBytes(64 << 20));
        }
        return event.setEpoch(1).setManifestEdit(edit).build();
    }

    private static String path(int file) {
        return "data/%032d.sst".formatted(file);
    }
}
