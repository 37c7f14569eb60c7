package io.sexton.streams.oracle;

import com.google.protobuf.Duration;
import io.sexton.v1.DeletionReport;
import io.sexton.v1.FileRef;
import io.sexton.v1.FileWritten;
import io.sexton.v1.Inventory;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.ManifestSnapshot;
import io.sexton.v1.Policy;
import io.sexton.v1.PolicySet;
import io.sexton.v1.QueryFinished;
import io.sexton.v1.QueryHeartbeat;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.Tick;
import io.sexton.v1.WriteFailed;
import java.nio.charset.StandardCharsets;

/** Records that break the rules of validity, each in one way or two. */
final class RandomNoise {

    private final RandomLogs logs;
    private final Dice dice;

    RandomNoise(RandomLogs logs) {
        this.logs = logs;
        this.dice = logs.dice;
    }

    void invalid(String region) {
        byte[] key = region.getBytes(StandardCharsets.UTF_8);
        RegionEvent.Builder event = RegionEvent.newBuilder().setEpoch(dice.below(2));
        switch (dice.below(16)) {
            case 0 -> logs.sendRaw(key, new byte[] {(byte) 0xff, (byte) dice.below(256), 7});
            case 1 -> logs.sendRaw(dice.oneIn(3) ? null : key, null);
            case 2 ->
                logs.sendRaw(
                        dice.any("nobody", "r", region + "x").getBytes(StandardCharsets.UTF_8),
                        event.setRegion(region)
                                .setWriteFailed(WriteFailed.newBuilder().addPaths("a"))
                                .build()
                                .toByteArray());
            case 3 ->
                logs.sendRaw(
                        dice.any(logs.regions).getBytes(StandardCharsets.UTF_8),
                        event.setRegion("stranger")
                                .setManifestEdit(ManifestEdit.newBuilder().setVersion(1))
                                .build()
                                .toByteArray());
            case 4 -> logs.send(region, event);
            case 5 ->
                logs.send(region, event.setFileWritten(FileWritten.newBuilder().setFile(badFile())));
            case 6 ->
                logs.send(
                        region,
                        event.setManifestEdit(ManifestEdit.newBuilder()
                                .setVersion(9)
                                .addAdded(FileRef.newBuilder().setPath("a"))
                                .addRemoved("a")));
            case 7 -> logs.send(region, event.setQueryFinished(QueryFinished.getDefaultInstance()));
            case 8 ->
                logs.send(
                        region,
                        event.setQueryHeartbeat(QueryHeartbeat.newBuilder()
                                .setReaderId("q")
                                .setTtl(Duration.newBuilder().setSeconds(-1))));
            case 9 ->
                logs.sendToPartition(
                        RegionEvent.newBuilder().setTick(Tick.newBuilder().setTicker("t0")));
            case 10 ->
                logs.send(
                        region,
                        event.setManifestSnapshot(
                                ManifestSnapshot.newBuilder().setSnapshotId("s").addFiles(file("a"))));
            case 11 ->
                logs.send(
                        region,
                        event.setInventory(
                                Inventory.newBuilder().setInventoryId("i").setLast(true)));
            case 12 ->
                logs.sendToPartition(RegionEvent.newBuilder()
                        .setPolicySet(PolicySet.newBuilder()
                                .setPolicy(Policy.newBuilder().setFilePattern("("))));
            case 13 ->
                logs.send(
                        region,
                        event.setDeletionReport(DeletionReport.newBuilder()
                                .setCommandId(dice.any("", "7", "0-1", "0-1-2-3", "a-1-0", "0--1"))));
            case 14 ->
                logs.send(
                        region,
                        event.setWriteFailed(
                                WriteFailed.newBuilder().addPaths("fine").addPaths("a/../b")));
            default ->
                logs.sendRaw(
                        key,
                        RegionEvent.newBuilder()
                                .setRegion(region)
                                .setTick(Tick.newBuilder().setTicker("t0").setWallClock(Dice.timestamp(logs.now())))
                                .build()
                                .toByteArray());
        }
    }

    private FileRef badFile() {
        return file(dice.any("", "/a", "a/", "a//b", ".", "..", "a/./b", "a\u0000", "a\u0085"));
    }

    private static FileRef file(String path) {
        return FileRef.newBuilder().setPath(path).build();
    }
}
