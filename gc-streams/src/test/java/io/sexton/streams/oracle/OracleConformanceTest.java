package io.sexton.streams.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The oracle is only worth a comparison if it reads the design as its own cases do. */
final class OracleConformanceTest {

    static List<ConformanceCase> cases() throws Exception {
        return ConformanceCase.all();
    }

    @Test
    void findsAllCases() throws Exception {
        assertThat(cases()).hasSize(32);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void decidesAsExpected(ConformanceCase expected) {
        NaiveFold fold = new NaiveFold();
        List<Fact> facts = new ArrayList<>();
        expected.log().forEach(record -> facts.addAll(fold.apply(record)));
        assertThat(Facts.difference("expected", expected.expected(), "oracle", facts))
                .isEmpty();
    }
}
