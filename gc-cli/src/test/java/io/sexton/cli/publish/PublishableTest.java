package io.sexton.cli.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.cli.lines.JsonLine;
import io.sexton.cli.lines.JsonLinesReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PublishableTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"value\":{\"writeFailed\":{\"paths\":[\"a\"]}}}",
                "{\"topic\":\"gc.lock-requests\",\"value\":{\"owner\":\"o\",\"requestId\":\"1\","
                        + "\"acquire\":{\"mode\":\"SHARED\",\"lease\":\"10s\"}}}"
            })
    void namesTheRegionThatIsMissing(String line) throws IOException {
        assertThat(what(line))
                .isInstanceOfSatisfying(
                        Publishable.Refused.class,
                        refused -> assertThat(refused.problem()).endsWith(": region is empty"));
    }

    private static Publishable what(String line) throws IOException {
        try (JsonLinesReader reader =
                new JsonLinesReader(new ByteArrayInputStream(line.getBytes(StandardCharsets.UTF_8)))) {
            if (reader.next() instanceof JsonLine.Entry entry) {
                return Publishable.of(entry.record());
            }
            throw new AssertionError("no record: " + line);
        }
    }
}
