package io.sexton.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.service.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Processes in a locale that has no encoding for most names, as cron and systemd start them. */
@EnabledOnOs(OS.LINUX)
final class FileNamesIT {

    private static final Map<String, String> C_LOCALE = Map.of("LC_ALL", "C");

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
                """.formatted(dir))
                .toString();
        Path trashed = dir.resolve("store/.trash/r-r1/1767225600000-0-5-0/r1/\u00fc.sst");
        Files.createDirectories(trashed.getParent());
        Files.writeString(trashed, "12345");
    }

    @Test
    void theLauncherSetsALocaleInWhichNamesAreExact() throws Exception {
        Installation installation = Installation.in(dir.resolve("sexton"));
        for (Map<String, String> environment : List.of(C_LOCALE, Map.<String, String>of())) {
            Installation.Run run = installation.run(environment, "trash", "list", "--config", config);

            assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
            assertThat(run.out()).endsWith("\t5\t\u00fc.sst\n");
        }
    }

    @Test
    void aJvmInAnotherEncodingThanUtf8RefusesToStartWithOneLine() {
        Surroundings withoutLauncher = new Surroundings("127.0.0.1", List.of(), List.of(), C_LOCALE);
        List<List<String>> commands = List.of(
                List.of("deleter", "--config", config),
                List.of("scan", "--config", config, "r1"),
                List.of("trash", "list", "--config", config),
                List.of("local", "--data", dir.resolve("data").toString()),
                List.of("demo"));
        for (List<String> command : commands) {
            Path log = dir.resolve(command.getFirst() + ".log");
            try (JavaProcess process = JavaProcess.sexton(log, withoutLauncher, command.toArray(new String[0]))) {
                assertThat(process.exitCode(Duration.ofMinutes(2)))
                        .as(process.output())
                        .isEqualTo(ExitCode.FAILED);
                assertThat(process.output().lines()).hasSize(1);
                assertThat(process.output()).contains("ANSI_X3.4-1968").contains("LC_ALL=C.UTF-8");
            }
        }
    }
}
