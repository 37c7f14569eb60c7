package io.sexton.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.sexton.cli.Sexton;
import io.sexton.service.ExitCode;
import io.sexton.v1.FileRef;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.RegionEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The output of explain for people and for programs, through the command. */
final class ExplainCommandTest {
    private static final List<String> LOG = List.of(
            line(
                    "00:00:01",
                    "{\"region\":\"r1\",\"producer\":\"leader\",\"epoch\":\"1\",\"regionOpened\":"
                            + "{\"store\":\"s\",\"root\":\"r1\"}}"),
            line("00:00:01", edit(0, 1, "\"added\":[{\"path\":\"a\"},{\"path\":\"b\"}]")),
            tick("00:00:01", 1),
            line(
                    "00:00:02",
                    "{\"region\":\"r1\",\"queryHeartbeat\":{\"readerId\":\"q1\",\"ttl\":\"60s\",\"files\":"
                            + "{\"paths\":[\"a\"]}}}"),
            line("00:00:02", edit(1, 2, "\"removed\":[\"a\"]")),
            line("00:00:02", "{\"region\":\"r1\",\"hold\":{\"holdId\":\"h1\",\"reason\":\"an incident\"}}"),
            tick("00:30:00", 1800));

    @TempDir
    private Path dir;

    @Test
    void printsWhatKeepsAFileAndSinceWhen() throws IOException {
        Sexton.Run run = explain(LOG, "r1", "a");

        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(run.outLines())
                .containsSubsequence(
                        "2026-01-01T00:00:01Z  partition 0 offset 1  manifestEdit by leader",
                        "    is LIVE (added at version 1)",
                        "2026-01-01T00:00:02Z  partition 0 offset 4  manifestEdit by leader",
                        "    is OBSOLETE (added at version 1; removed at version 2)",
                        "    - it is in the manifest",
                        "    + its lingering time has not ended, until 2026-01-01T01:00:02Z",
                        "    + reader q1 pins its path, since offset 3",
                        "    + hold h1: an incident, since offset 5",
                        "Kept by:",
                        "    its lingering time has not ended, until 2026-01-01T01:00:02Z",
                        "    reader q1 pins its path, since offset 3, until 2026-01-01T00:31:00Z",
                        "    hold h1: an incident, since offset 5");
    }

    @Test
    void printsTheCommandThatDeletesIt() throws IOException {
        List<String> log = new ArrayList<>(LOG);
        log.add(line("00:30:01", "{\"region\":\"r1\",\"hold\":{\"holdId\":\"h1\",\"released\":true}}"));
        log.add(tick("01:30:00", 5400));
        log.add(line(
                "01:30:01",
                "{\"region\":\"r1\",\"deletionReport\":{\"commandId\":\"0-8-0\",\"outcomes\":"
                        + "[{\"path\":\"a\",\"outcome\":\"DELETED\"}]}}"));

        Sexton.Run run = explain(log, "r1", "a");

        assertThat(run.outLines())
                .containsSubsequence(
                        "2026-01-01T01:30:00Z  partition 0 offset 8  tick",
                        "    > delete command 0-8-0, DELETE, reason OBSOLETE, attempt 1",
                        "2026-01-01T01:30:01Z  partition 0 offset 9  deletionReport",
                        "    is GONE (removed at version 2)",
                        "    > notice: deleted")
                .doesNotContain("Kept by:");
    }

    @Test
    void printsJsonForPrograms() throws IOException {
        Sexton.Run run = explain(LOG, "--json", "r1", "a");

        assertThat(run.outLines().get(run.outLines().size() - 1))
                .startsWith("{\"now\":true,\"timestamp\":\"2026-01-01T00:30:00Z\",\"partition\":0,\"offset\":6,"
                        + "\"state\":\"OBSOLETE\"")
                .contains("{\"reason\":\"READER\",\"detail\":\"reader q1 pins its path\",\"sinceOffset\":3,"
                        + "\"until\":\"2026-01-01T00:31:00Z\"}");
    }

    /** The time is in a year that JSON's times cannot express; the command that deletes the file repeats it. */
    @Test
    void printsTheBytesOfACommandWithATimeThatJsonCannotExpress() throws IOException {
        FileRef file = FileRef.newBuilder()
                .setPath("c")
                .setModifiedAt(Timestamp.newBuilder().setSeconds(Long.MAX_VALUE))
                .build();
        RegionEvent edit = RegionEvent.newBuilder()
                .setRegion("r1")
                .setEpoch(1)
                .setManifestEdit(ManifestEdit.newBuilder()
                        .setBaseVersion(2)
                        .setVersion(3)
                        .addAdded(file))
                .build();
        List<String> log = new ArrayList<>(LOG);
        log.add("{\"timestamp\":\"2026-01-01T00:30:00Z\",\"key\":\"r1\",\"valueBase64\":\""
                + Base64.getEncoder().encodeToString(edit.toByteArray()) + "\"}");
        log.add(line("00:30:00", edit(3, 4, "\"removed\":[\"c\"]")));
        log.add(line("00:30:01", "{\"region\":\"r1\",\"hold\":{\"holdId\":\"h1\",\"released\":true}}"));
        log.add(tick("01:30:01", 5401));

        Sexton.Run run = explain(log, "--json", "r1", "c");

        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(run.out()).contains("{\"topic\":\"gc.delete-commands\",\"valueBase64\":\"");
    }

    @Test
    void reportsThatTheLogHasNoRecordOfAFile() throws IOException {
        Sexton.Run run = explain(LOG, "r1", "no-such-file");

        assertThat(run.errLines()).containsExactly("the log has no record of no-such-file in region r1");
        assertThat(run.exitCode()).isEqualTo(ExitCode.PARTLY);
    }

    @Test
    void refusesAPathThatNoFileCanHave() throws IOException {
        Sexton.Run run = explain(LOG, "r1", "../a");

        assertThat(run.errLines()).hasSize(1).first().asString().startsWith("sexton explain: PATH ");
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    }

    private Sexton.Run explain(List<String> log, String... arguments) throws IOException {
        Path file = Files.write(dir.resolve("log"), log);
        List<String> all = new ArrayList<>(List.of("explain", "--input", file.toString()));
        all.addAll(Arrays.asList(arguments));
        return Sexton.run(all.toArray(String[]::new));
    }

    private static String edit(int base, int version, String rest) {
        return "{\"region\":\"r1\",\"producer\":\"leader\",\"epoch\":\"1\",\"manifestEdit\":{\"baseVersion\":\"" + base
                + "\",\"version\":\"" + version + "\"," + rest + "}}";
    }

    private static String line(String time, String value) {
        return "{\"timestamp\":\"2026-01-01T" + time + "Z\",\"key\":\"r1\",\"value\":" + value + "}";
    }

    private static String tick(String time, int uptime) {
        return "{\"timestamp\":\"2026-01-01T" + time + "Z\",\"key\":\"\",\"value\":{\"tick\":{\"wallClock\":"
                + "\"2026-01-01T" + time + "Z\",\"ticker\":\"t\",\"uptime\":\"" + uptime + "s\"}}}";
    }
}
