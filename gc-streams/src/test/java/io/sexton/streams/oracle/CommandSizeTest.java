package io.sexton.streams.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.v1.DeleteCommand;
import io.sexton.v1.FileRef;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.RegionDropped;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.RegionOpened;
import java.time.Duration;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/**
 * The limits of a command: 1,000 files and 512 KiB, so that it fits into a record. A tick emits as many as it needs.
 */
final class CommandSizeTest {
    private static final int MAX_FILES = 1_000;
    private static final int MAX_BYTES = 512 * 1024;
    private static final String ROOT = "r1/" + "y".repeat(1_000); // it counts, too

    private final LoneFold fold = new LoneFold();

    @Test
    void splitsAfterAThousandFiles() {
        dropARegionOf(2_001, number -> "f%05d".formatted(number));

        assertThat(fold.commands()).extracting(DeleteCommand::getFilesCount).containsExactly(MAX_FILES, MAX_FILES, 1);
        assertThat(fold.commands()).extracting(DeleteCommand::getCommandId).containsExactly(id(0), id(1), id(2));
        assertThat(fold.commands().stream()
                        .flatMap(command -> command.getFilesList().stream())
                        .map(file -> file.getFile().getPath()))
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void splitsEarlierForLongPaths() {
        dropARegionOf(MAX_FILES, number -> "%05d".formatted(number) + "x".repeat(1_000));

        assertThat(fold.commands()).hasSizeGreaterThan(1);
        assertThat(fold.commands())
                .allSatisfy(command -> assertThat(command.getSerializedSize()).isLessThanOrEqualTo(MAX_BYTES));
        assertThat(fold.commands().subList(0, fold.commands().size() - 1))
                .as("full, but for less than one more file")
                .allSatisfy(command -> assertThat(command.getSerializedSize()).isGreaterThan(MAX_BYTES - 2_048));
        assertThat(fold.commands().stream()
                        .mapToInt(DeleteCommand::getFilesCount)
                        .sum())
                .isEqualTo(MAX_FILES);
    }

    private String id(int index) {
        return "0-" + fold.lastOffset() + "-" + index;
    }

    private void dropARegionOf(int files, IntFunction<String> path) {
        fold.at(
                0,
                RegionEvent.newBuilder()
                        .setRegionOpened(
                                RegionOpened.newBuilder().setStore("main").setRoot(ROOT)));
        ManifestEdit.Builder edit = ManifestEdit.newBuilder().setVersion(1);
        for (int i = 0; i < files; i++) {
            edit.addAdded(FileRef.newBuilder().setPath(path.apply(i)));
        }
        fold.at(1, RegionEvent.newBuilder().setManifestEdit(edit));
        fold.at(2, RegionEvent.newBuilder().setRegionDropped(RegionDropped.getDefaultInstance()));
        fold.tick(3);
        fold.tick((int) Duration.ofDays(8).toSeconds());
    }
}
