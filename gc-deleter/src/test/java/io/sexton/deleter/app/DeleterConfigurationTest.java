package io.sexton.deleter.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sexton.deleter.core.DeleterSettings;
import io.sexton.deleter.core.Floors;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.topology.DeleterTopology;
import io.sexton.proto.RegionId;
import io.sexton.service.ConfigFile;
import io.sexton.service.StartupException;
import io.sexton.v1.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DeleterConfigurationTest {

    private static final String MINIMAL = """
            sexton:
              bootstrap-servers: localhost:9092
              stores:
                main:
                  path: /data
                  root-shape: "{region}"
            """;

    @TempDir
    private Path dir;

    private DeleterOptions load(String yaml, Map<String, String> environment) {
        try {
            Path file = Files.writeString(dir.resolve("deleter.yaml"), yaml);
            return DeleterOptions.of(ConfigFile.load(file, DeleterConfiguration.class, environment));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void readsTheDocumentedExampleWhichShowsTheDefaults() throws IOException {
        Path example = Path.of("..", "docs", "config", "deleter.yaml");
        DeleterOptions shown = load(Files.readString(example), Map.of());
        DeleterOptions defaults = load(MINIMAL, Map.of());

        assertThat(shown.work()).isEqualTo(defaults.work()).isEqualTo(DeleterSettings.DEFAULTS);
        assertThat(shown.lease()).isEqualTo(defaults.lease());
        assertThat(shown.groupId()).isEqualTo(defaults.groupId());
        assertThat(shown.stores()).containsOnlyKeys("main");
    }

    @Test
    void namesTheKeyThatIsWrong() {
        assertRefused(MINIMAL.replace("root-shape: \"{region}\"", "root-shape: \"../x\""), "sexton.stores.main");
        assertRefused(MINIMAL.replace("path: /data", "path: data"), "sexton.stores.main");
        assertRefused(MINIMAL.replace("path: /data", "marker: m"), "sexton.stores.main.path");
        assertRefused(MINIMAL.replace("path: /data", "type: ftp\n      path: /data"), "sexton.stores.main.type");
        assertRefused(MINIMAL.replace("path: /data", "type: s3"), "sexton.stores.main.s3.bucket");
        assertRefused(s3("page-size: 1001"), "sexton.stores.main: the page size");
        assertRefused(s3("request-timeout: 5s"), "sexton.stores.main.s3.request-timeout");
        assertRefused(s3("versions: forget"), "sexton.stores.main.s3.versions");
        assertRefused(s3("colour: blue"), "sexton.stores.main.s3.colour");
        assertRefused(archive("kind: zip"), "sexton.stores.main.archive.kind");
        assertRefused(archive("kind: copy"), "sexton.stores.main.archive.path");
        assertRefused(
                archive("kind: of-a-third-party\n        path: relative"), "sexton.stores.main: the archive's path");
        assertRefused(archive("kind: of-a-third-party\n        path: /data/r1"), "sexton.stores.main.archive.path");
        assertRefused(
                archive("kind: of-a-third-party\n        path: /archive\n        marker: a/b"),
                "sexton.stores.main: the marker");
        assertRefused(MINIMAL + "  locks:\n    lease: 15s\n", "sexton.locks.lease");
        assertRefused(MINIMAL + "  locks:\n    lease: 61m\n", "sexton.locks.lease must not be above 1h");
        assertRefused(MINIMAL + "  storage:\n    parallel-calls: 0\n", "sexton.storage.parallel-calls");
        assertRefused(MINIMAL + "  operations:\n    port: 70000\n", "sexton.operations.port");
        assertRefused(MINIMAL + "  colour: blue\n", "sexton.colour");
        assertRefused("sexton:\n  bootstrap-servers: localhost:9092\n", "sexton.stores");
    }

    private static String store(String lines) {
        return MINIMAL.replace("path: /data", "path: /data\n      " + lines);
    }

    private static String shape(String shape) {
        return MINIMAL.replace("root-shape: \"{region}\"", "root-shape: " + shape);
    }

    /** Requires a declaration if the layout does not identify the region of a root (cases a17, b03, c06). */
    @Test
    void requiresADeclarationForShapesWithoutTheRegion() {
        assertThatThrownBy(() -> load(shape("\"data/*\""), Map.of()))
                .isInstanceOf(StartupException.class)
                .hasMessageContainingAll("sexton.stores.main.root-shape", "'data/*'", "{region}", "roots: exclusive")
                .hasMessageNotContaining("\n");
        assertThat(load(shape("\"data/*\"\n      roots: exclusive"), Map.of()).stores())
                .containsOnlyKeys("main");
        assertRefused(store("roots: shared"), "sexton.stores.main.roots");
        assertRefused(shape("\"{region/1}\""), "sexton.stores.main.root-shape");
    }

    @Test
    void takesSeveralRootShapes() {
        String both = "[\"m/{region}\", \"t/{region/0}/{region/1}\"]";
        FileStore main =
                Objects.requireNonNull(load(shape(both), Map.of()).stores().get("main"));
        assertThat(main.rootOf(RegionId.of("db/t1"))).contains(new RegionRoot(RegionId.of("db/t1"), "t/db/t1"));
        assertThat(main.rootOf(RegionId.of("m1"))).contains(new RegionRoot(RegionId.of("m1"), "m/m1"));
        assertRefused(shape("[\"{region}\", \"t/{region}\"]"), "sexton.stores.main.root-shape");
        assertRefused(shape("[\"{region}\", \"*/x\"]"), "sexton.stores.main.root-shape");
    }

    @Test
    void readsFloors() {
        assertThat(floors(MINIMAL))
                .isEqualTo(new Floors(
                        Map.of(
                                Reason.REGION_GONE,
                                Duration.ofHours(1),
                                Reason.ORPHAN,
                                Duration.ofMinutes(10),
                                Reason.OBSOLETE,
                                Duration.ZERO,
                                Reason.TEMPORARY,
                                Duration.ZERO,
                                Reason.WRITE_ABORTED,
                                Duration.ZERO,
                                Reason.EXPIRED,
                                Duration.ZERO,
                                Reason.STALE_TEMP_MANIFEST,
                                Duration.ZERO),
                        Duration.ZERO));
        Floors set =
                floors(store("minimum-age: 2h\n      minimum-linger: {region-gone: 7d, obsolete: 5m, orphan: 0s}"));
        assertThat(set.minimumAge()).isEqualTo(Duration.ofHours(2));
        assertThat(set.minimumLinger())
                .containsEntry(Reason.REGION_GONE, Duration.ofDays(7))
                .containsEntry(Reason.OBSOLETE, Duration.ofMinutes(5))
                .containsEntry(Reason.ORPHAN, Duration.ZERO);
        assertRefused(store("minimum-age: -1s"), "minimum-age");
        assertRefused(store("minimum-linger: {everything: 1s}"), "sexton.stores.main.minimum-linger.everything");
        assertRefused(store("empty-directories: maybe"), "sexton.stores.main.empty-directories");
        assertThat(load(store("empty-directories: remove"), Map.of()).stores()).hasSize(1);
    }

    private Floors floors(String yaml) {
        try {
            Path file = Files.writeString(dir.resolve("floors.yaml"), yaml);
            DeleterConfiguration read = ConfigFile.load(file, DeleterConfiguration.class, Map.of());
            return ConfiguredRules.of(
                            "main", Objects.requireNonNull(read.stores().get("main")))
                    .floors();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void takesTheLongestLeaseThatIsGranted() {
        assertThat(load(MINIMAL + "  locks:\n    lease: 1h\n", Map.of()).lease())
                .isEqualTo(Duration.ofHours(1));
    }

    private static String s3(String line) {
        return MINIMAL.replace(
                "path: /data",
                "type: s3\n      s3:\n        bucket: b\n        endpoint: http://localhost:1\n        " + line);
    }

    private static String archive(String lines) {
        return MINIMAL.replace("path: /data", "path: /data\n      archive:\n        " + lines);
    }

    @Test
    void opensArchives() {
        for (String lines : List.of(
                "kind: of-a-third-party\n        path: /data/.archive",
                "kind: copy\n        path: /archive",
                "kind: copy\n        path: /archive\n        marker: .mounted",
                "kind: copy\n        type: s3\n        s3:\n          bucket: b\n          region: eu-central-1")) {
            assertThat(load(archive(lines), Map.of()).stores()).containsOnlyKeys("main");
        }
    }

    @Test
    void opensAStoreInS3() throws IOException {
        assertThat(load(s3("path-style: true"), Map.of()).stores()).containsOnlyKeys("main");
        Path example = Path.of("..", "docs", "config", "deleter-s3.yaml");
        assertThat(load(Files.readString(example), Map.of("AWS_REGION", "eu-central-1"))
                        .stores())
                .containsOnlyKeys("main");
    }

    private static String stores(String first, String archive, String second) {
        return """
                sexton:
                  bootstrap-servers: localhost:9092
                  stores:
                    a: {root-shape: "{region}", %s, archive: {%s}}
                    b: {root-shape: "{region}", %s}
                """.formatted(first, archive, second);
    }

    private static String bucket(String prefix) {
        return "type: s3, s3: {bucket: b, region: eu-central-1" + (prefix.isEmpty() ? "" : ", prefix: " + prefix)
                + ", endpoint: 'http://localhost:1'}";
    }

    @Test
    void refusesStoresThatLieInEachOther() throws IOException {
        for (String second : List.of("/data/a", "/data", "/data/a/deeper", "/data/x/../a")) {
            assertRefused(
                    stores("path: /data/a", "", "path: " + second), "sexton.stores.a.path and sexton.stores.b.path");
        }
        Path linked = Files.createSymbolicLink(dir.resolve("link"), Files.createDirectory(dir.resolve("a")));
        assertRefused(
                stores("path: " + dir.resolve("a"), "", "path: " + linked.resolve("not-there")),
                "sexton.stores.a.path and sexton.stores.b.path");
        for (String second : List.of("", "p", "p/deeper")) {
            assertRefused(stores(bucket("p"), "", bucket(second)), "sexton.stores.a.s3 and sexton.stores.b.s3");
        }
        assertThat(load(stores("path: /data/a", "", "path: /data/ab"), Map.of()).stores())
                .hasSize(2);
        assertThat(load(stores(bucket("p"), "", bucket("pp")), Map.of()).stores())
                .hasSize(2);
    }

    @Test
    void refusesArchivesAmongTheFilesOfAnyStore() {
        for (String archive : List.of("/data/a/x", "/data/b", "/data/b/x", "/data", "/data/b/.archived")) {
            // Only copies have a type: that of another archive does not hide its path.
            for (String kind : List.of("copy", NamedArchiver.KIND, NamedArchiver.KIND + ", type: s3")) {
                assertRefused(
                        stores("path: /data/a", "kind: " + kind + ", path: " + archive, "path: /data/b"),
                        "sexton.stores.a.archive.path must lie apart from sexton.stores.");
            }
        }
        for (String archive : List.of("p", "p/x", "q", "q/x", "")) {
            assertRefused(
                    stores(bucket("p"), "kind: copy, " + bucket(archive), bucket("q")),
                    "sexton.stores.a.archive.s3 must lie apart from sexton.stores.");
        }
        for (String archive : List.of("p/.archive", "q/.archive/a", "pq")) {
            assertThat(load(stores(bucket("p"), "kind: copy, " + bucket(archive), bucket("q")), Map.of())
                            .stores())
                    .hasSize(2);
        }
    }

    /**
     * The lock of a dead deleter ends at the latest two ticks after its lease; beside that the group finds out, at the latest
     * a session time-out after its last heartbeat, and deals its partitions out at the next heartbeats of the others.
     */
    @Test
    void theDefaultsServeTheRegionsOfADeadDeleterWithin25Seconds() {
        DeleterOptions defaults = load(MINIMAL, Map.of());
        Duration tick = Duration.ofSeconds(1);
        Duration heartbeat = Duration.ofSeconds(3);
        Duration lockEnds = defaults.lease().plus(tick.multipliedBy(2));
        Duration partitionsMove =
                Duration.ofMillis(DeleterTopology.SESSION_TIMEOUT_MS).plus(heartbeat.multipliedBy(2));
        Duration grantFenceAndProof = Duration.ofSeconds(4);

        assertThat(List.of(lockEnds, partitionsMove))
                .allSatisfy(wait -> assertThat(wait.plus(grantFenceAndProof)).isLessThan(Duration.ofSeconds(25)));
        // While renewals, one a quarter, are acknowledged, a call can start at any time.
        assertThat(defaults.lease().dividedBy(2)).isGreaterThan(defaults.work().callTimeout());
    }

    private void assertRefused(String yaml, String key) {
        assertThatThrownBy(() -> load(yaml, Map.of()))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining(key)
                .hasMessageNotContaining("\n");
    }

    @Test
    void refusesKindsOfStorageThatItDoesNotHave() {
        assertRefused(
                stores("path: /data/a", "", "type: azure, path: /data/a"),
                "sexton.stores.b.type must be local or s3, not 'azure'");
        assertRefused(
                stores("path: /data/a", "kind: copy, type: azure, path: /archive", "path: /data/b"),
                "sexton.stores.a.archive.type must be local or s3, not 'azure'");
    }

    @Test
    void letsTheEnvironmentWin() {
        assertThat(load(MINIMAL, Map.of("SEXTON_STORAGE_PARALLEL_CALLS", "3"))
                        .work()
                        .parallelCalls())
                .isEqualTo(3);
    }
}
