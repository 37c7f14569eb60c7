package io.sexton.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileTreeTest {

    private static final int LISTINGS = 2000;

    @TempDir
    private Path dir;

    @Test
    void findsFilesAndNothingElse() throws Exception {
        Path above = Files.writeString(dir.resolve("a"), "four");
        Path below =
                Files.createFile(Files.createDirectories(dir.resolve("b/c")).resolve("d"));
        Files.createSymbolicLink(dir.resolve("link"), above);

        assertThat(FileTree.files(dir)).hasSize(2).containsEntry(above, 4L).containsEntry(below, 0L);
        assertThat(FileTree.files(dir.resolve("nowhere"))).isEmpty();
    }

    @Test
    void filesThatGoMeanwhileDoNotHideThoseThatStay() throws Exception {
        Path stays = Files.createFile(dir.resolve("stays"));
        AtomicBoolean enough = new AtomicBoolean();
        try (ExecutorService deleter = Executors.newSingleThreadExecutor()) {
            Future<?> deleting = deleter.submit(() -> {
                while (!enough.get()) {
                    comeAndGo();
                }
                return null;
            });
            try {
                for (int listing = 0; listing < LISTINGS; listing++) {
                    assertThat(FileTree.files(dir)).containsKey(stays);
                }
            } finally {
                enough.set(true);
            }
            deleting.get();
        }
    }

    private void comeAndGo() throws IOException {
        for (int i = 0; i < 50; i++) {
            Path file = dir.resolve("file-" + i);
            if (!Files.deleteIfExists(file)) {
                Files.createFile(file);
            }
        }
        Path directory = dir.resolve("directory");
        if (!Files.deleteIfExists(directory)) {
            Files.createDirectory(directory);
        }
    }
}
