package io.sexton.demo.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.proto.FilePath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoreObserverTest {

    @TempDir
    private Path root;

    @Test
    void recordsCreatedAndDeletedFiles() throws Exception {
        Instant begin = Instant.now();
        try (StoreObserver observer = StoreObserver.start(Map.of("r1", root))) {
            Files.write(root.resolve("a.sst"), new byte[10]);
            Files.write(root.resolve("b.sst"), new byte[7]);
            observer.observe();
            Files.delete(root.resolve("a.sst"));
            observer.observe();

            assertThat(observer.counts()).isEqualTo(new StoreObserver.Counts(2, 17, 1, 10, 1));
            assertThat(observer.counts().presentBytes()).isEqualTo(7);
            assertThat(observer.deletions()).singleElement().satisfies(deletion -> {
                assertThat(deletion.name()).isEqualTo(new Condemnations.Name("r1", FilePath.of("a.sst")));
                assertThat(deletion.notBefore()).isBetween(begin, deletion.seenAt());
                assertThat(deletion.seenAt()).isBeforeOrEqualTo(Instant.now());
            });
        }
    }
}
