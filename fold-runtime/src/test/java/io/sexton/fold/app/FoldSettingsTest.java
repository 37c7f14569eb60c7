package io.sexton.fold.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sexton.service.StartupException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class FoldSettingsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void needsAThread() {
        assertRefused(0, SECOND, "sexton.threads");
        assertRefused(-1, SECOND, "sexton.threads");
        assertThat(settings(1, SECOND, Map.of()).threads()).isEqualTo(1);
    }

    @Test
    void commitsBeforeItsTransactionIsEnded() {
        assertRefused(1, Duration.ofSeconds(10), "sexton.commit-interval");
        assertRefused(1, Duration.ofSeconds(-1), "sexton.commit-interval");
        assertThat(settings(1, Duration.ofSeconds(15), Map.of("producer.transaction.timeout.ms", "60000"))
                        .commitInterval())
                .isEqualTo(Duration.ofSeconds(15));
    }

    private static void assertRefused(int threads, Duration commitInterval, String key) {
        assertThatThrownBy(() -> settings(threads, commitInterval, Map.of()))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining(key)
                .hasMessageNotContaining("\n");
    }

    private static FoldSettings settings(int threads, Duration commitInterval, Map<String, String> kafka) {
        return new FoldSettings(
                "id", "localhost:1", true, Path.of("state"), threads, commitInterval, 0, 4 << 20, 1 << 20, kafka);
    }
}
