package io.sexton.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.broker.EmbeddedBroker;
import io.sexton.cli.Sexton;
import io.sexton.service.ExitCode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalCommandIT {

    @TempDir
    private Path dir;

    @Test
    void refusesADirectoryThatIsInUse() {
        try (EmbeddedBroker first = EmbeddedBroker.start(dir.resolve("broker"), 0)) {
            Sexton.Run second = Sexton.run("local", "--data", dir.toString(), "--port", "0");

            assertThat(second.errLines())
                    .containsExactly("sexton local: " + dir.resolve("broker") + " is used by another broker process");
            assertThat(second.exitCode()).isEqualTo(ExitCode.FAILED);
            first.restart();
        }
    }
}
