package io.sexton.cli.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.cli.Sexton;
import io.sexton.service.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on stores without a broker. */
final class StorageCommandsTest {

    @TempDir
    private Path dir;

    private String config;

    @BeforeEach
    void configure() throws IOException {
        config = Files.writeString(dir.resolve("deleter.yaml"), """
                sexton:
                  bootstrap-servers: localhost:1
                  stores:
                    main:
                      path: %s/store
                      root-shape: "{region}"
                      trash-retention: 2d
                    other:
                      path: %s/other
                      root-shape: "*"
                      roots: exclusive
                """.formatted(dir, dir))
                .toString();
        for (String path : new String[] {"r-r1/1767225600000-0-5-0/r1/a/1.sst", "r-r2/1767225600000-0-6-0/r2/2.sst"}) {
            Path file = dir.resolve("store/.trash").resolve(path);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "12345");
        }
        Files.createDirectories(dir.resolve("other/r3"));
    }

    @Test
    void listsTheFilesInTheTrashAndTheEndOfTheirRetention() {
        Sexton.Run run = Sexton.run("trash", "list", "--config", config);

        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(run.outLines())
                .containsExactlyInAnyOrder(
                        "main\tr1\t0-5-0\t2026-01-01T00:00:00Z\t2026-01-03T00:00:00Z\t5\ta/1.sst",
                        "main\tr2\t0-6-0\t2026-01-01T00:00:00Z\t2026-01-03T00:00:00Z\t5\t2.sst");
    }

    @Test
    void listsOnlyWhatIsSelected() {
        assertThat(Sexton.run("trash", "list", "--config", config, "r1").outLines())
                .hasSize(1);
        assertThat(Sexton.run("trash", "list", "--config", config, "--command", "0-6-0")
                        .outLines())
                .hasSize(1);
        assertThat(Sexton.run("trash", "list", "--config", config, "--path-prefix", "a/")
                        .outLines())
                .hasSize(1);
        assertThat(Sexton.run("trash", "list", "--config", config, "--store", "other")
                        .outLines())
                .isEmpty();
    }

    @Test
    void reportsMistakesInOneLine() {
        assertRefused("no store 'none'", "trash", "list", "--config", config, "--store", "none");
        assertRefused(
                "missing.yaml",
                "trash",
                "list",
                "--config",
                dir.resolve("missing.yaml").toString());
        assertRefused("--store", "scan", "--config", config, "r1");
        assertRefused("--root", "scan", "--config", config, "--store", "other", "r1");
    }

    @Test
    void requiresAWordOnWhoseARootIs() throws IOException {
        String unclear = Files.writeString(
                        dir.resolve("unclear.yaml"),
                        Files.readString(dir.resolve("deleter.yaml")).replace("      roots: exclusive\n", ""))
                .toString();

        for (String[] command : new String[][] {
            {"scan", "--config", unclear, "--store", "main", "r1"},
            {"trash", "list", "--config", unclear},
            {"trash", "restore", "--config", unclear, "r1"},
            {"trash", "purge", "--config", unclear},
            {"deleter", "--config", unclear},
        }) {
            assertRefused(
                    "sexton.stores.other.root-shape: the root shape '*' does not identify the region of a root",
                    command);
        }
    }

    private static void assertRefused(String message, String... args) {
        Sexton.Run run = Sexton.run(args);
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.errLines()).hasSize(1);
        assertThat(run.err()).contains(message);
    }
}
