package io.sexton.streams.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The conformance cases, applied to the fold alone and to the oracle. The oracle is a valid reference only if it passes
 * the design's own cases.
 */
final class ConformanceTest {

    static List<ConformanceCase> cases() throws Exception {
        return ConformanceCase.all();
    }

    @Test
    void findsAllCases() throws Exception {
        assertThat(cases()).extracting(ConformanceCase::name).contains("01-obsolete-after-linger");
        assertThat(cases()).hasSizeGreaterThanOrEqualTo(74);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theFoldDecidesAsExpected(ConformanceCase expected) {
        assertThat(Facts.difference(
                        "expected", expected.expected(), "fold", FoldAgainstOracleTest.fold(expected.log())))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theOracleDecidesAsExpected(ConformanceCase expected) {
        NaiveFold fold = new NaiveFold();
        List<Fact> facts = new ArrayList<>();
        expected.log().forEach(record -> facts.addAll(fold.apply(record)));
        assertThat(Facts.difference("expected", expected.expected(), "oracle", facts))
                .isEmpty();
    }
}
