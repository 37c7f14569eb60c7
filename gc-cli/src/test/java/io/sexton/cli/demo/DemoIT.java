package io.sexton.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.demo.Interference;
import io.sexton.demo.database.Region;
import io.sexton.proto.FilePath;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class DemoIT {

    private static final String[] SHORT = {"--regions", "2", "--seconds", "15"};

    @Test
    void provesEverything() {
        StringWriter out = new StringWriter();

        int exitCode = command(Interference.NONE, out).execute(SHORT);

        assertThat(exitCode).as(out.toString()).isZero();
        assertThat(out.toString()).contains("Everything is proved").doesNotContain("FAILED");
    }

    @Test
    @Tag("long")
    void failsForAStoreThatWasModified() {
        StringWriter out = new StringWriter();

        int exitCode = command(DemoIT::meddle, out).execute(SHORT);

        assertThat(exitCode).as(out.toString()).isEqualTo(1);
        assertThat(out.toString())
                .contains("FAILED  the store holds exactly the live files")
                .contains("is live and not in the store")
                .contains("is not the same in the store as in RocksDB")
                .contains("stray.sst is garbage and still in the store")
                .contains("FAILED  each region opens from its stored files alone")
                .contains("FAILED  nothing was deleted before its linger had passed, nor without a command")
                .contains("without any command")
                .contains("FAILED  what went to the trash is there, whole")
                .contains("FAILED  each value of the metric checkpoints is in the Parquet file")
                .contains("proved  each condemned file of each command has a report");
    }

    /** Deletes a live file, changes others, in the trash and in the archive too, and creates an unknown one. */
    private static void meddle(List<Region> regions, Path directory) throws IOException {
        Files.delete(liveFile(regions.get(0)));
        Path changed = liveFile(regions.get(1));
        byte[] bytes = Files.readAllBytes(changed);
        bytes[bytes.length / 3] ^= 1;
        Files.write(changed, bytes);
        Files.write(regions.get(1).shared().store().resolve(FilePath.of("stray.sst")), new byte[] {1});
        damage(directory.resolve("store/.trash"));
        damage(directory.resolve("archive"));
    }

    /** Overwrites the middle of some file in there with zeros. */
    private static void damage(Path directory) throws IOException {
        Path file;
        try (Stream<Path> files = Files.walk(directory)) {
            // Not the marker of the archive, which is empty.
            file = files.filter(Files::isRegularFile)
                    .filter(each -> !each.endsWith(".sexton-archive"))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(file);
        Arrays.fill(bytes, bytes.length / 3, bytes.length / 2, (byte) 0);
        Files.write(file, bytes);
    }

    private static Path liveFile(Region region) {
        return region.shared().store().resolve(FilePath.of(region.liveFiles().first()));
    }

    private static CommandLine command(Interference interference, StringWriter out) {
        PrintWriter writer = new PrintWriter(out);
        return new CommandLine(new DemoCommand(interference)).setOut(writer).setErr(writer);
    }
}
