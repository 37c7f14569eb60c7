package io.sexton.proto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

final class DeadLettersTest {

    /** Kafka's default for a producer's {@code max.request.size}, and a little less than brokers take. */
    private static final int MOST_BYTES = 1_048_576;

    @Test
    void hasTheBytesAsTheyCame() {
        byte[] value = bytes(1_000_000);

        DeadLetters.Letter letter = DeadLetters.of("gc.events", record(bytes(10), value), "value: is none");

        assertThat(letter.value()).isEqualTo(value);
        assertThat(letter.headers().lastHeader(DeadLetters.LENGTH)).isNull();
    }

    @Test
    void isNeverTooLargeForTheLog() {
        byte[] value = bytes(MOST_BYTES);

        DeadLetters.Letter letter =
                DeadLetters.of("gc.events", record(bytes(MOST_BYTES), value), "region: '" + "x".repeat(MOST_BYTES));

        assertThat(size(letter)).isLessThan(MOST_BYTES);
        assertThat(letter.value()).isEqualTo(Arrays.copyOf(value, Objects.requireNonNull(letter.value()).length));
        assertThat(letter.headers().lastHeader(DeadLetters.LENGTH).value())
                .isEqualTo(Integer.toString(value.length).getBytes(UTF_8));
    }

    /** Producers reject a negative time: the record would stop its reader at each start. */
    @Test
    void isMadeOfARecordWithoutATime() {
        LogRecord timeless = new LogRecord(0, 7, Instant.ofEpochMilli(-1), bytes(1), bytes(1));

        DeadLetters.Letter letter = DeadLetters.of("gc.delete-commands", timeless, "value: is none");

        assertThat(letter.timestamp()).isZero();
        assertThat(letter.headers().lastHeader(DeadLetters.TIMESTAMP).value()).isEqualTo("-1".getBytes(UTF_8));
    }

    private static int size(DeadLetters.Letter letter) {
        int headers = StreamSupport.stream(letter.headers().spliterator(), false)
                .mapToInt(DeadLettersTest::size)
                .sum();
        return Objects.requireNonNull(letter.key()).length + Objects.requireNonNull(letter.value()).length + headers;
    }

    private static int size(Header header) {
        return header.key().length() + header.value().length;
    }

    private static LogRecord record(byte[] key, byte[] value) {
        return new LogRecord(0, 7, Instant.EPOCH, key, value);
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }
}
