package io.sexton.sources.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sexton.proto.FilePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ManifestFileTest {

    private static final StoredFile ONE = file("000001.sst");
    private static final StoredFile TWO = file("000002.sst");

    @TempDir
    private Path directory;

    @Test
    void isEmptyBeforeTheFirstCommit() throws Exception {
        assertThat(manifestFile().load()).isEqualTo(Manifest.EMPTY);
    }

    @Test
    void loadsTheLastCommittedManifest() throws Exception {
        Manifest first = Manifest.EMPTY.edited(List.of(ONE), List.of(), 10);
        Manifest second = first.edited(List.of(TWO), List.of(ONE.path()), 0);
        manifestFile().commit(first);
        manifestFile().commit(second);

        assertThat(manifestFile().load()).isEqualTo(second);
        assertThat(second.version()).isEqualTo(2);
        assertThat(second.sequence()).isEqualTo(10);
        assertThat(second.files()).containsOnlyKeys(TWO.path());
    }

    @Test
    void refusesAnEditThatDoesNotFit() {
        Manifest manifest = Manifest.EMPTY.edited(List.of(ONE), List.of(), 10);

        assertThatThrownBy(() -> manifest.edited(List.of(ONE), List.of(), 0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> manifest.edited(List.of(), List.of(TWO.path()), 0))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void doesNotReadWhatItDoesNotKnow() throws Exception {
        Files.writeString(directory.resolve("MANIFEST"), "version 1\nlevel 3\n");

        assertThatThrownBy(() -> manifestFile().load()).isInstanceOf(IOException.class);
    }

    private ManifestFile manifestFile() {
        return new ManifestFile(directory.resolve("MANIFEST"));
    }

    private static StoredFile file(String name) {
        return new StoredFile(FilePath.of(name), 42, Instant.parse("2026-01-01T00:00:00.123456789Z"));
    }
}
