package io.sexton.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ProgressTest {

    @Test
    void reportsEveryFiveSecondsAndNotBefore() {
        AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
        StringWriter text = new StringWriter();
        Progress progress = new Progress(new PrintWriter(text), "lines read", clock::get);

        for (int i = 0; i < 1_234_567; i++) {
            clock.addAndGet(Duration.ofMillis(10).toNanos());
            progress.step();
        }

        assertThat(text.toString().lines())
                .hasSizeBetween(12_345_670 / 5_000 / 2, 12_345_670 / 5_000)
                .first()
                .isEqualTo("512 lines read in 5 s");
    }

    @Test
    void staysSilentAboutShortWork() {
        StringWriter text = new StringWriter();
        Progress progress = new Progress(new PrintWriter(text), "lines read", () -> 0);

        for (int i = 0; i < 10_000; i++) {
            progress.step();
        }

        assertThat(text.toString()).isEmpty();
    }
}
