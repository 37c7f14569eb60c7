package io.sexton.streams.oracle;

import com.google.protobuf.Duration;
import io.sexton.v1.CompactionStarted;
import io.sexton.v1.Companion;
import io.sexton.v1.DeletionReport;
import io.sexton.v1.FileRef;
import io.sexton.v1.FileWritten;
import io.sexton.v1.Hold;
import io.sexton.v1.Inventory;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.ManifestSnapshot;
import io.sexton.v1.Policy;
import io.sexton.v1.PolicySet;
import io.sexton.v1.QueryFinished;
import io.sexton.v1.QueryHeartbeat;
import io.sexton.v1.ReferenceEdit;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.Retry;
import io.sexton.v1.Tick;
import io.sexton.v1.WriteFailed;
import java.nio.charset.StandardCharsets;

/** The records that break one or two rules of validity each. */
final class RandomNoise {

    private final RandomLogs logs;
    private final RandomValues random;

    RandomNoise(RandomLogs logs) {
        this.logs = logs;
        this.random = logs.random;
    }

    void invalid(String region) {
        byte[] key = region.getBytes(StandardCharsets.UTF_8);
        RegionEvent.Builder event = RegionEvent.newBuilder().setEpoch(random.below(2));
        switch (random.below(16)) {
            case 0 -> logs.sendRaw(key, new byte[] {(byte) 0xff, (byte) random.below(256), 7});
            case 1 -> logs.sendRaw(random.oneIn(3) ? null : key, null);
            case 2 ->
                logs.sendRaw(
                        random.any("nobody", "r", region + "x").getBytes(StandardCharsets.UTF_8),
                        event.setRegion(region)
                                .setWriteFailed(WriteFailed.newBuilder().addPaths("a"))
                                .build()
                                .toByteArray());
            case 3 ->
                logs.sendRaw(
                        random.any(logs.regions).getBytes(StandardCharsets.UTF_8),
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
                                .setCommandId(random.any("", "7", "0-1", "0-1-2-3", "a-1-0", "0--1"))));
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
                                .setTick(Tick.newBuilder()
                                        .setTicker("t0")
                                        .setWallClock(RandomValues.timestamp(logs.now())))
                                .build()
                                .toByteArray());
        }
    }

    /** Emits fields at their bounds, and one above. */
    void bounds(String region) {
        int over = random.below(2);
        RegionEvent.Builder event = RegionEvent.newBuilder();
        switch (random.below(17)) {
            case 0 ->
                logs.send(
                        region,
                        event.setQueryFinished(QueryFinished.newBuilder().setReaderId("q".repeat(256 + over))));
            case 1 ->
                logs.send(
                        region,
                        event.setProducer("\u00e9".repeat(128) + (over > 0 ? "p" : ""))
                                .setWriteFailed(WriteFailed.newBuilder().addPaths("a")));
            case 2 -> logs.send(region, event.setHold(Hold.newBuilder().setHoldId(random.any("h\n", "h\u009f", "h "))));
            case 3 -> logs.send(region, event.setRetry(Retry.newBuilder().setPathPrefix("d".repeat(1_024 + over))));
            case 4 ->
                logs.send(
                        region,
                        event.setFileWritten(FileWritten.newBuilder()
                                .setFile(file("e").toBuilder().setEtag("e".repeat(1_024 + over)))));
            case 5 ->
                logs.send(
                        region,
                        event.setQueryHeartbeat(QueryHeartbeat.newBuilder()
                                .setReaderId("q3")
                                .setTtl(Duration.newBuilder().setSeconds(30 * 86_400L + over))));
            case 6 ->
                logs.send(
                        region,
                        event.setCompactionStarted(CompactionStarted.newBuilder()
                                .setCompactionId("k0")
                                .setTimeout(Duration.newBuilder().setSeconds(30 * 86_400L + over))));
            case 7 ->
                logs.send(
                        region,
                        event.setHold(Hold.newBuilder()
                                .setHoldId("h0")
                                .setPathPrefix("zz")
                                .setExpiresAfter(Duration.newBuilder().setSeconds(36_525 * 86_400L + over))));
            case 8 ->
                logs.send(
                        region,
                        event.setReferenceEdit(
                                ReferenceEdit.newBuilder().setReferrer("b9").setReferrerEpoch(Long.MAX_VALUE + over)));
            case 9 ->
                logs.send(
                        region,
                        event.setQueryHeartbeat(
                                QueryHeartbeat.newBuilder().setReaderId("q3").setAtVersion(Long.MAX_VALUE + over)));
            case 10 -> policy(Policy.newBuilder().setDispositionValue(over > 0 ? 99 : 2));
            case 11 ->
                policy(Policy.newBuilder()
                        .setRetention(Duration.newBuilder().setNanos(over > 0 ? 999_999 : 1_000_000)));
            case 12 -> policy(Policy.newBuilder().setFilePattern(".".repeat(900 + over * 101)));
            case 13 -> policy(Policy.newBuilder().setFilePattern(over > 0 ? "((a{1000}){1000}){1000}" : "(a{30}){30}"));
            case 14 ->
                policy(Policy.newBuilder()
                        .setCompanionSuffix(over > 0 ? "x".repeat(17_000) : "x".repeat(15_000))
                        .setFilePattern(".*"));
            case 15 -> {
                Policy.Builder policy = Policy.newBuilder();
                for (int i = 0; i < 16 + over; i++) {
                    policy.addCompanions(Companion.newBuilder().setPattern("z").setCompanion("y"));
                }
                policy(policy);
            }
            default ->
                policy(Policy.newBuilder()
                        .addCompanions(Companion.newBuilder()
                                .setPattern("(z)(y)?")
                                .setCompanion(random.any("$1", "$2$$", "$3", "$", "$a", "$$$"))));
        }
    }

    private void policy(Policy.Builder policy) {
        logs.sendToPartition(RegionEvent.newBuilder()
                .setPolicySet(PolicySet.newBuilder()
                        .setRegionGlob(random.any("nobody", "r2"))
                        .setPolicy(policy)));
    }

    private FileRef badFile() {
        return file(random.any("", "/a", "a/", "a//b", ".", "..", "a/./b", "a\u0000", "a\u0085"));
    }

    private static FileRef file(String path) {
        return FileRef.newBuilder().setPath(path).build();
    }
}
