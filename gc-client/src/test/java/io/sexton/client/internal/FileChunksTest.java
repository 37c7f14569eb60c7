package io.sexton.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sexton.client.LogPosition;
import io.sexton.client.PublishException;
import io.sexton.v1.FileRef;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class FileChunksTest {

    private record Chunk(int number, boolean last, List<String> paths) {}

    private final List<Chunk> sent = new ArrayList<>();
    private int failing = -1;

    private CompletableFuture<LogPosition> send(int number, boolean last, List<FileRef> files) {
        sent.add(new Chunk(number, last, files.stream().map(FileRef::getPath).toList()));
        return number == failing
                ? CompletableFuture.failedFuture(new PublishException("chunk " + number, null))
                : CompletableFuture.completedFuture(new LogPosition(0, number));
    }

    @Test
    void anEmptyListIsOneLastChunk() throws Exception {
        FileChunks chunks = new FileChunks(this::send, 1_000_000);

        assertThat(chunks.finish()).isEqualTo(new LogPosition(0, 1));
        assertThat(sent).containsExactly(new Chunk(1, true, List.of()));
    }

    @Test
    void splitsByCount() throws Exception {
        FileChunks chunks = new FileChunks(this::send, 2, 1_000);
        for (String path : List.of("a", "b", "c", "d", "e")) {
            chunks.accept(file(path));
        }

        assertThat(chunks.finish()).isEqualTo(new LogPosition(0, 3));
        assertThat(sent)
                .containsExactly(
                        new Chunk(1, false, List.of("a", "b")),
                        new Chunk(2, false, List.of("c", "d")),
                        new Chunk(3, true, List.of("e")));
    }

    @Test
    void splitsBySize() throws Exception {
        FileChunks chunks = new FileChunks(this::send, 100, 100);
        for (String path : List.of("a".repeat(60), "b".repeat(60), "c", "d".repeat(500))) {
            chunks.accept(file(path));
        }
        chunks.finish();

        assertThat(sent).extracting(chunk -> chunk.paths().size()).containsExactly(1, 2, 1);
    }

    @Test
    void noLastChunkFollowsOneThatFailed() throws Exception {
        failing = 2;
        FileChunks chunks = new FileChunks(this::send, 1, 1_000);
        for (String path : List.of("a", "b", "c")) {
            chunks.accept(file(path));
        }

        assertThatThrownBy(chunks::finish).isInstanceOf(PublishException.class).hasMessage("chunk 2");
        assertThat(sent).noneMatch(Chunk::last);
        assertThatThrownBy(chunks::finish).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void noLastChunkFollowsAFailureThatTheListingIgnored() throws Exception {
        failing = 1;
        FileChunks chunks = new FileChunks(this::send, 1, 1_000);
        boolean failed = false;
        for (int i = 0; i < 20 && !failed; i++) {
            try {
                chunks.accept(file("f" + i));
            } catch (PublishException ignored) {
                failed = true;
            }
        }

        assertThat(failed).isTrue();
        assertThatThrownBy(chunks::finish).isInstanceOf(IllegalStateException.class);
        assertThat(sent).noneMatch(Chunk::last);
    }

    @Test
    void nothingFollowsTheLastChunk() throws Exception {
        FileChunks chunks = new FileChunks(this::send, 1_000_000);
        chunks.finish();

        assertThatThrownBy(() -> chunks.accept(file("late"))).isInstanceOf(IllegalStateException.class);
    }

    private static FileRef file(String path) {
        return FileRef.newBuilder().setPath(path).build();
    }
}
