package io.sexton.deleter.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.storage.StorageProblemException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class S3RequestsTest {

    private static final CallGuard TEN_SECONDS =
            length -> length.toSeconds() < 10 ? Optional.empty() : Optional.of("the call ends");

    private final AtomicLong now = new AtomicLong(1_000_000_000_000L);
    private final AdaptiveRate rate = new AdaptiveRate(1_000, now::get);
    private final S3Requests requests = new S3Requests(S3Settings.of("b"), rate);
    private final AtomicInteger sent = new AtomicInteger();

    private void change() throws StorageProblemException {
        var unused = requests.change("cannot delete", 250, TEN_SECONDS, sent::incrementAndGet);
    }

    @Test
    void waitsForSentKeysAndNotForForbiddenOnes() throws Exception {
        for (int second = 0; second < 10; second++) {
            rate.throttled();
            now.addAndGet(Duration.ofSeconds(1).toNanos());
        }
        change();
        for (int refused = 0; refused < 1_000; refused++) {
            assertThatThrownBy(this::change).hasMessageContaining("held back by throttling");
        }

        assertThat(sent).hasValue(1);
        assertThat(rate.untilFree()).isLessThanOrEqualTo(Duration.ofSeconds(250));
        now.addAndGet(Duration.ofSeconds(250).toNanos());
        change();
        assertThat(sent).hasValue(2);
    }

    @Test
    void countsNoKeysThatTheGuardForbidsToSend() {
        CallGuard never = length -> Optional.of("revoked");

        assertThatThrownBy(() -> requests.change("cannot delete", 250, never, sent::incrementAndGet))
                .isInstanceOf(StorageProblemException.class);

        assertThat(rate.untilFree()).isZero();
    }
}
