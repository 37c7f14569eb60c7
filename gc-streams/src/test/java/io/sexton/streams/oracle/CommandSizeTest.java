package io.sexton.streams.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.fold.core.Placement;
import io.sexton.fold.core.Times;
import io.sexton.fold.state.MemoryStore;
import io.sexton.streams.core.Output;
import io.sexton.streams.core.PartitionFold;
import io.sexton.streams.core.Stores;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.FileRef;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.RegionDropped;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.RegionOpened;
import io.sexton.v1.Tick;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** A command has at most 1,000 files and 512 KiB, so that it fits into a record; a tick writes as many as it takes. */
final class CommandSizeTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int MAX_FILES = 1_000;
    private static final int MAX_BYTES = 512 * 1024;

    private final List<DeleteCommand> commands = new ArrayList<>();
    private final PartitionFold fold = new PartitionFold(
            0, new Stores(new MemoryStore(), new MemoryStore(), new MemoryStore()), Placement.UNCHECKED, output -> {
                if (output instanceof Output.Command said && said.command().hasDelete()) {
                    commands.add(said.command().getDelete());
                }
            });
    private long offset;

    @Test
    void aThousandFilesAreOneCommandAndOneMoreIsAnother() {
        dropARegionOf(2_001, number -> "f%05d".formatted(number));

        assertThat(commands).extracting(DeleteCommand::getFilesCount).containsExactly(MAX_FILES, MAX_FILES, 1);
        assertThat(commands).extracting(DeleteCommand::getCommandId).containsExactly(id(0), id(1), id(2));
        assertThat(commands.stream()
                        .flatMap(command -> command.getFilesList().stream())
                        .map(file -> file.getFile().getPath()))
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void longPathsMakeACommandFullBefore() {
        dropARegionOf(MAX_FILES, number -> "%05d".formatted(number) + "x".repeat(1_000));

        assertThat(commands).hasSizeGreaterThan(1);
        assertThat(commands)
                .allSatisfy(command -> assertThat(command.getSerializedSize()).isLessThanOrEqualTo(MAX_BYTES));
        assertThat(commands.subList(0, commands.size() - 1))
                .as("full, but for less than one more file")
                .allSatisfy(command -> assertThat(command.getSerializedSize()).isGreaterThan(MAX_BYTES - 2_048));
        assertThat(commands.stream().mapToInt(DeleteCommand::getFilesCount).sum())
                .isEqualTo(MAX_FILES);
    }

    private String id(int index) {
        return "0-" + (offset - 1) + "-" + index;
    }

    private void dropARegionOf(int files, IntFunction<String> path) {
        at(
                0,
                RegionEvent.newBuilder()
                        .setEpoch(1)
                        .setRegionOpened(
                                RegionOpened.newBuilder().setStore("main").setRoot("r1")));
        ManifestEdit.Builder edit = ManifestEdit.newBuilder().setVersion(1);
        for (int i = 0; i < files; i++) {
            edit.addAdded(FileRef.newBuilder().setPath(path.apply(i)));
        }
        at(1, RegionEvent.newBuilder().setEpoch(1).setManifestEdit(edit));
        at(2, RegionEvent.newBuilder().setEpoch(1).setRegionDropped(RegionDropped.getDefaultInstance()));
        tick(3);
        tick((int) Duration.ofDays(8).toSeconds());
    }

    private void tick(int second) {
        Instant now = START.plusSeconds(second);
        Tick tick = Tick.newBuilder()
                .setWallClock(Times.toProto(now))
                .setTicker("t")
                .setUptime(Times.toProto(Duration.ofSeconds(second)))
                .build();
        apply(now, "", RegionEvent.newBuilder().setTick(tick));
    }

    private void at(int second, RegionEvent.Builder event) {
        apply(START.plusSeconds(second), "r1", event.setRegion("r1"));
    }

    private void apply(Instant now, String key, RegionEvent.Builder event) {
        fold.apply(LogRecord.of(0, offset++, now.toEpochMilli(), key, event.build())
                .toFold());
    }
}
