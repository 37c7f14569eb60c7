package io.sexton.streams.oracle;

import io.sexton.streams.oracle.NaiveFile.State;
import io.sexton.v1.CompactionCompleted;
import io.sexton.v1.CompactionFailed;
import io.sexton.v1.CompactionStarted;
import io.sexton.v1.FileWritten;
import io.sexton.v1.Inventory;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.ManifestSnapshot;
import io.sexton.v1.RegionDropped;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.RegionOpened;
import io.sexton.v1.RegionRestored;
import io.sexton.v1.WriteFailed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The events of leaders, writers and scanners, mostly correct ones. */
final class RandomLeader {

    private enum Kind {
        VERSIONED,
        WITHOUT_VERSIONS,
        RETENTION_ONLY
    }

    /** A listing that is emitted chunk after chunk. */
    private static final class Listing {
        final String id;
        final long version;
        final List<String> paths;
        int chunk;

        Listing(String id, long version, List<String> paths) {
            this.id = id;
            this.version = version;
            this.paths = paths;
        }
    }

    private final RandomLogs logs;
    private final RandomValues random;
    private final Map<String, Kind> kinds = new HashMap<>();
    private final Map<String, Long> firstEpochs = new HashMap<>();
    private final Map<String, Listing> snapshots = new HashMap<>();
    private final Map<String, Listing> inventories = new HashMap<>();
    private int listings;

    RandomLeader(RandomLogs logs) {
        this.logs = logs;
        this.random = logs.random;
        for (String region : logs.regions) {
            int kind = random.below(10);
            kinds.put(region, kind < 7 ? Kind.VERSIONED : kind < 8 ? Kind.WITHOUT_VERSIONS : Kind.RETENTION_ONLY);
            firstEpochs.put(region, random.percent(80) ? 1L : random.oneIn(6) ? Long.MAX_VALUE - 5 : 0L);
        }
    }

    void open(String region) {
        long mostly = isNew(region) ? firstEpochs.getOrDefault(region, 1L) : epoch(region);
        openAt(region, random.percent(90) ? mostly : mostly + 1);
    }

    /** Opens the region with the epoch of another leader. */
    void nextEpoch(String region) {
        openAt(region, epoch(region) + random.any(1, 1, 2));
    }

    private void openAt(String region, long epoch) {
        NaiveRegion known = logs.known(region);
        Long version = known == null ? null : known.version;
        long now = version == null ? (random.percent(85) ? 0 : 3) : version;
        boolean versioned = kindOf(region) == Kind.VERSIONED;
        long openedVersion = !versioned ? 0 : random.percent(75) ? now : Math.max(0, now + random.between(-3, 3));
        logs.send(
                region,
                RegionEvent.newBuilder()
                        .setEpoch(epoch)
                        .setRegionOpened(RegionOpened.newBuilder()
                                .setStore(random.oneIn(120) ? "other" : "main")
                                .setRoot(random.oneIn(40) ? "elsewhere" : region)
                                .setRetentionOnly((kindOf(region) == Kind.RETENTION_ONLY) != random.oneIn(80))
                                .setManifestVersion(openedVersion)));
    }

    void drop(String region) {
        logs.send(
                region,
                RegionEvent.newBuilder()
                        .setEpoch(random.percent(50) ? epoch(region) : 0)
                        .setRegionDropped(RegionDropped.getDefaultInstance()));
        // Often no other event comes in between, so that the region becomes gone.
        if (random.percent(40)) {
            for (int i = random.below(4); i >= 0; i--) {
                logs.pass();
                logs.tick();
            }
        }
    }

    void restore(String region) {
        NaiveRegion known = logs.known(region);
        if (known != null && known.gone() && random.percent(60)) {
            nextEpoch(region);
            return;
        }
        logs.send(
                region,
                RegionEvent.newBuilder()
                        .setEpoch(random.percent(50) ? epoch(region) : 0)
                        .setRegionRestored(RegionRestored.getDefaultInstance()));
    }

    /** Emits an event other than one of the manifest, if the state of the region makes one likely. */
    private boolean hasOtherWork(String region) {
        NaiveRegion known = logs.known(region);
        if (known == null) {
            return false;
        }
        if (known.dropped() && random.percent(50)) {
            restore(region);
        } else if (known.movedAtEpoch != null && random.percent(30)) {
            open(region);
        } else if (known.incomplete() && !known.dropped() && random.percent(25)) {
            wholeSnapshot(region);
        } else if (kindOf(region) == Kind.RETENTION_ONLY && random.percent(85)) {
            fileWritten(region);
        } else {
            return false;
        }
        return true;
    }

    void edit(String region) {
        if (!hasOtherWork(region)) {
            anyEditOf(region);
        }
    }

    private void anyEditOf(String region) {
        logs.send(region, ofLeader(region).setManifestEdit(anyEdit(region)));
    }

    /** Adds a removed path again: just before its deletion, and later. */
    void addBack(String region) {
        List<String> paths = pathsOf(region, State.CONDEMNED, State.OBSOLETE, State.GONE, State.UNREFERENCED);
        if (!paths.isEmpty()) {
            if (random.percent(30)) {
                fileWritten(region, random.any(paths));
            } else {
                logs.send(
                        region,
                        ofLeader(region)
                                .setManifestEdit(chained(region)
                                        .addAllAdded(random.files(List.of(random.any(paths)), logs.now()))));
            }
        }
    }

    private ManifestEdit anyEdit(String region) {
        List<String> added = random.paths(3);
        List<String> removed = new ArrayList<>(random.some(pathsOf(region, State.LIVE), 3));
        if (random.oneIn(5)) {
            removed.addAll(random.paths(2));
        }
        removed.removeAll(added);
        return chained(region)
                .addAllAdded(random.files(added, logs.now()))
                .addAllRemoved(new TreeSet<>(removed))
                .build();
    }

    /** Returns an edit that mostly continues the chain of versions. */
    private ManifestEdit.Builder chained(String region) {
        ManifestEdit.Builder edit = ManifestEdit.newBuilder();
        if ((kindOf(region) == Kind.WITHOUT_VERSIONS) != random.oneIn(40)) {
            return edit;
        }
        long current = version(region);
        edit.setBaseVersion(current).setVersion(current + 1);
        switch (random.below(30)) {
            case 0 -> edit.setBaseVersion(current + 1).setVersion(current + 2 + random.below(2));
            case 1 -> edit.setVersion(current + 2 + random.below(2));
            case 2 -> edit.setBaseVersion(Math.max(0, current - 1)).setVersion(current);
            case 3 -> edit.setVersion(random.oneIn(3) ? Long.MAX_VALUE - 9 : current + 1);
            default -> {}
        }
        return edit;
    }

    /** Adds more than a few files, so that a snapshot can lack the greater part of the manifest. */
    void manyFiles(String region) {
        if (!hasOtherWork(region)) {
            logs.send(
                    region,
                    ofLeader(region)
                            .setManifestEdit(chained(region).addAllAdded(random.files(RandomValues.MANY, logs.now()))));
        }
    }

    /** Emits an empty, truncated or foreign snapshot; then perhaps the right one, or edits that repair the manifest. */
    void wrongSnapshot(String region) {
        if (hasOtherWork(region)) {
            return;
        }
        List<String> live = pathsOf(region, State.LIVE);
        List<String> wrong = switch (random.below(4)) {
            case 0 -> List.of();
            case 1 -> live.subList(0, live.size() / 4);
            case 2 -> List.of("x/0", "x/1");
            default -> random.some(pathsOf(region, State.OBSOLETE, State.TEMP, State.UNREFERENCED, State.GONE), 3);
        };
        long version = kindOf(region) == Kind.WITHOUT_VERSIONS ? 0 : version(region);
        snapshotAtOnce(region, version, wrong);
        for (int i = random.below(3); i > 0; i--) {
            logs.pass();
            logs.tick();
        }
        if (random.percent(30)) {
            wholeInventory(region);
        }
        if (random.percent(30)) {
            logs.send(
                    region,
                    ofLeader(region)
                            .setManifestEdit(chained(region)
                                    .addAllRemoved(pathsOf(region, State.OBSOLETE).stream()
                                            .limit(3)
                                            .toList())));
        }
        if (random.percent(20)) {
            snapshotAtOnce(region, version, wrong);
        }
        if (random.percent(40)) {
            snapshotAtOnce(region, kindOf(region) == Kind.WITHOUT_VERSIONS ? 0 : version(region), live);
            logs.tick();
        }
    }

    private void snapshotAtOnce(String region, long version, List<String> paths) {
        listings++;
        Listing snapshot = new Listing("s" + listings, version, paths);
        snapshotChunk(region, snapshot, 0, false, List.of());
        snapshotChunk(region, snapshot, 1, true, paths);
    }

    /** Emits an edit between the chunks of a snapshot of a later version, which includes it. */
    void overtakenEdit(String region) {
        List<String> live = pathsOf(region, State.LIVE);
        if (kindOf(region) != Kind.VERSIONED || live.isEmpty() || hasOtherWork(region)) {
            return;
        }
        long version = version(region);
        String path = random.any(live);
        listings++;
        Listing snapshot = new Listing("s" + listings, version + 2, live);
        snapshotChunk(region, snapshot, 0, false, List.of());
        snapshotChunk(region, snapshot, 1, false, live);
        logs.send(
                region,
                ofLeader(region)
                        .setManifestEdit(ManifestEdit.newBuilder()
                                .setBaseVersion(version)
                                .setVersion(version + random.any(1, 1, 3))
                                .addRemoved(path)));
        snapshotChunk(region, snapshot, 2, true, List.of());
        logs.send(
                region,
                ofLeader(region)
                        .setManifestEdit(ManifestEdit.newBuilder()
                                .setBaseVersion(version + 1)
                                .setVersion(version + 2)
                                .addAllAdded(random.files(List.of(path), logs.now()))));
    }

    void wholeSnapshot(String region) {
        if (kindOf(region) == Kind.RETENTION_ONLY && random.percent(85)) {
            wholeInventory(region);
            return;
        }
        Listing snapshot = newSnapshot(region);
        snapshotChunk(region, snapshot, 0, false, List.of());
        if (random.percent(20)) {
            anyEditOf(region);
        }
        int half = random.below(snapshot.paths.size() + 1);
        if (random.percent(50)) {
            snapshotChunk(region, snapshot, 1, false, snapshot.paths.subList(0, half));
            if (random.oneIn(6)) {
                fileWritten(region);
            }
            snapshotChunk(region, snapshot, 2, true, snapshot.paths.subList(half, snapshot.paths.size()));
        } else {
            snapshotChunk(region, snapshot, 1, true, snapshot.paths);
        }
    }

    /** Emits the next chunk of a snapshot, with other events in between, or a chunk out of turn. */
    void snapshotChunk(String region) {
        if (kindOf(region) == Kind.RETENTION_ONLY && random.percent(85)) {
            inventoryChunk(region);
            return;
        }
        Listing running = snapshots.get(region);
        if (running == null || random.oneIn(12)) {
            Listing next = newSnapshot(region);
            snapshots.put(region, next);
            snapshotChunk(region, next, 0, false, List.of());
            return;
        }
        int chunk = perturbed(running.chunk + 1);
        boolean last = chunk > 0 && random.percent(45);
        List<String> paths = chunk == 0 ? List.of() : last ? running.paths : random.some(running.paths, 3);
        Listing perturbed = random.oneIn(8) ? new Listing(running.id, running.version + 1, running.paths) : running;
        snapshotChunk(region, perturbed, chunk, last, paths);
        running.chunk = chunk;
        if (last) {
            snapshots.remove(region);
        }
    }

    private int perturbed(int chunk) {
        return switch (random.below(14)) {
            case 0 -> chunk - 1;
            case 1 -> chunk + 1;
            case 2 -> 0;
            default -> chunk;
        };
    }

    private Listing newSnapshot(String region) {
        // A manifest with versions rarely has a snapshot without one, and vice versa.
        boolean versioned = (kindOf(region) == Kind.VERSIONED) != random.oneIn(25);
        long current = version(region);
        long version = !versioned
                ? 0
                : random.percent(82) ? Math.max(1, current) : Math.max(1, current + random.between(-2, 2));
        List<String> paths = new ArrayList<>(pathsOf(region, State.LIVE));
        if (random.percent(40)) {
            paths.removeAll(random.paths(3));
        }
        if (random.percent(30)) {
            paths.addAll(random.paths(2));
        }
        listings++;
        return new Listing("s" + (random.oneIn(20) ? listings - 1 : listings), version, distinct(paths));
    }

    private void snapshotChunk(String region, Listing snapshot, int chunk, boolean last, List<String> paths) {
        ManifestSnapshot.Builder event = ManifestSnapshot.newBuilder()
                .setSnapshotId(snapshot.id)
                .setChunk(chunk)
                .setLast(last)
                .addAllFiles(random.files(paths, logs.now()));
        if (chunk > 0 || random.oneIn(4)) {
            event.setVersion(snapshot.version);
        }
        logs.send(region, ofLeader(region).setManifestSnapshot(event));
    }

    void wholeInventory(String region) {
        Listing inventory = newInventory(region);
        inventoryChunk(region, inventory, 0, false, List.of());
        if (random.percent(15)) {
            fileWritten(region);
        }
        inventoryChunk(region, inventory, 1, true, inventory.paths);
        NaiveRegion known = logs.known(region);
        if (known != null && known.doubted != null && random.percent(30)) {
            logs.crowd().approve(region, inventory.id);
        }
    }

    void inventoryChunk(String region) {
        Listing running = inventories.get(region);
        if (running == null || random.oneIn(12)) {
            Listing next = newInventory(region);
            inventories.put(region, next);
            inventoryChunk(region, next, 0, false, List.of());
            return;
        }
        int chunk = perturbed(running.chunk + 1);
        boolean last = chunk > 0 && random.percent(45);
        inventoryChunk(region, running, chunk, last, chunk == 0 ? List.of() : random.some(running.paths, 6));
        running.chunk = chunk;
        if (last) {
            inventories.remove(region);
        }
    }

    private Listing newInventory(String region) {
        List<String> paths = new ArrayList<>(pathsOf(
                region,
                State.LIVE,
                State.OBSOLETE,
                State.UNREFERENCED,
                State.ABANDONED,
                State.ABORTED,
                State.TEMP,
                State.CONDEMNED));
        if (random.percent(25)) {
            paths.removeAll(random.paths(3));
        } else if (random.oneIn(8)) {
            // Another prefix, or nothing at all.
            paths.replaceAll(path -> "x/" + path);
            if (random.percent(40)) {
                paths.clear();
            }
        }
        if (random.percent(50)) {
            paths.addAll(random.paths(3));
        }
        listings++;
        return new Listing("i" + (random.oneIn(20) ? listings - 1 : listings), 0, distinct(paths));
    }

    private void inventoryChunk(String region, Listing inventory, int chunk, boolean last, List<String> paths) {
        logs.send(
                region,
                RegionEvent.newBuilder()
                        .setInventory(Inventory.newBuilder()
                                .setInventoryId(inventory.id)
                                .setChunk(chunk)
                                .setLast(last)
                                .addAllFiles(random.files(paths, logs.now()))));
    }

    void compactionStarted(String region) {
        CompactionStarted.Builder started =
                CompactionStarted.newBuilder().setCompactionId(compaction()).addAllTempFiles(random.paths(3));
        if (random.percent(70)) {
            started.setTimeout(random.duration(20));
        }
        RegionEvent.Builder event = random.percent(85) ? ofLeader(region) : RegionEvent.newBuilder();
        logs.send(region, event.setCompactionStarted(started));
    }

    void compactionCompleted(String region) {
        CompactionCompleted.Builder completed = CompactionCompleted.newBuilder().setCompactionId(compaction());
        if (kindOf(region) == Kind.RETENTION_ONLY ? random.oneIn(8) : random.percent(55)) {
            List<String> temps = random.some(pathsOf(region, State.TEMP), 2);
            List<String> inputs = random.some(pathsOf(region, State.LIVE), 3);
            completed.setEdit(
                    chained(region).addAllAdded(random.files(temps, logs.now())).addAllRemoved(inputs));
        }
        logs.send(region, ofLeader(region).setCompactionCompleted(completed));
    }

    void compactionFailed(String region) {
        RegionEvent.Builder event = random.percent(70) ? ofLeader(region) : RegionEvent.newBuilder();
        logs.send(
                region,
                event.setCompactionFailed(CompactionFailed.newBuilder()
                        .setCompactionId(compaction())
                        .addAllLeftoverFiles(random.paths(2))));
    }

    private String compaction() {
        return "k" + random.below(3);
    }

    void fileWritten(String region) {
        fileWritten(region, random.path());
    }

    private void fileWritten(String region, String path) {
        logs.send(
                region,
                ofWriter(region).setFileWritten(FileWritten.newBuilder().setFile(random.file(path, logs.now()))));
    }

    void writeFailed(String region) {
        logs.send(
                region, ofWriter(region).setWriteFailed(WriteFailed.newBuilder().addAllPaths(random.paths(3))));
    }

    private RegionEvent.Builder ofWriter(String region) {
        return random.percent(15) ? ofLeader(region) : RegionEvent.newBuilder();
    }

    /** Returns an event with the region's epoch; rarely with an old one, a new one or none. */
    private RegionEvent.Builder ofLeader(String region) {
        long epoch = epoch(region);
        return RegionEvent.newBuilder()
                .setEpoch(
                        switch (random.below(60)) {
                            case 0 -> epoch - 1;
                            case 1 -> epoch == 0 && random.percent(80) ? 0 : epoch + 1;
                            case 2 -> 0;
                            default -> epoch;
                        });
    }

    private Kind kindOf(String region) {
        return kinds.getOrDefault(region, Kind.VERSIONED);
    }

    private boolean isNew(String region) {
        NaiveRegion known = logs.known(region);
        return known == null || (!known.opened() && known.epoch == 0);
    }

    private long epoch(String region) {
        NaiveRegion known = logs.known(region);
        return known == null || isNew(region) ? firstEpochs.getOrDefault(region, 1L) : known.epoch;
    }

    private long version(String region) {
        NaiveRegion known = logs.known(region);
        Long version = known == null ? null : known.version;
        return version == null ? 0 : version;
    }

    private List<String> pathsOf(String region, State... states) {
        NaiveRegion known = logs.known(region);
        return known == null
                ? List.of()
                : known.files.values().stream()
                        .filter(file -> file.is(states))
                        .map(file -> file.path)
                        .toList();
    }

    private static List<String> distinct(List<String> paths) {
        return paths.stream().distinct().toList();
    }
}
