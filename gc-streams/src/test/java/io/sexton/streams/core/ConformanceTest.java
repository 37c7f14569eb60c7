package io.sexton.streams.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.fold.core.Placement;
import io.sexton.fold.state.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The design's event logs through the fold alone. */
class ConformanceTest {

    static Stream<ConformanceCase> cases() throws Exception {
        return ConformanceCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void foldsToTheExpectedDecisions(ConformanceCase conformance) {
        List<Output> outputs = new ArrayList<>();
        Stores stores = new Stores(new MemoryStore(), new MemoryStore(), new MemoryStore());
        PartitionFold fold = new PartitionFold(0, stores, Placement.UNCHECKED, outputs::add);
        conformance.log().forEach(fold::apply);
        Map<String, Integer> actual = new TreeMap<>();
        outputs.forEach(output -> Facts.of(output).forEach(fact -> actual.merge(fact, 1, Integer::sum)));
        assertThat(Facts.comparable(actual)).isEqualTo(Facts.comparable(conformance.expected()));
    }
}
