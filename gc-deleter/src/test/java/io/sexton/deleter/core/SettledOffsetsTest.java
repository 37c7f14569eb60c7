package io.sexton.deleter.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sexton.deleter.core.SettledOffsets.Range;
import io.sexton.testkit.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SettledOffsetsTest {

    @Test
    void joinsRangesThatOverlapOrTouch() {
        SettledOffsets offsets =
                SettledOffsets.of(List.of(new Range(10, 12), new Range(20, 25), new Range(12, 14), new Range(13, 21)));

        assertThat(offsets.ranges()).containsExactly(new Range(10, 25));
        assertThat(offsets.contains(9)).isFalse();
        assertThat(offsets.contains(10)).isTrue();
        assertThat(offsets.contains(24)).isTrue();
        assertThat(offsets.contains(25)).isFalse();
    }

    @Test
    void isReadAsItWasWritten() {
        for (long seed = 0; seed < 200; seed++) {
            SeededRandom random = new SeededRandom(seed);
            long next = random.nextInt(1_000_000_000) * 1_000L;
            long at = next;
            List<Range> ranges = new ArrayList<>();
            for (int i = random.nextInt(6); i > 0; i--) {
                long from = at + 1 + random.nextInt(100);
                at = from + 1 + random.nextInt(100_000);
                ranges.add(new Range(from, at));
            }
            SettledOffsets offsets = SettledOffsets.of(ranges);

            assertThat(SettledOffsets.parse(next, offsets.text(next))).isEqualTo(offsets);
            assertThat(offsets.ranges()).isEqualTo(ranges);
        }
    }

    @Test
    void anOffsetWithoutMetadataHasNothingAboveIt() {
        assertThat(SettledOffsets.NONE.text(5)).isEmpty();
        assertThat(SettledOffsets.parse(5, "")).isEqualTo(SettledOffsets.NONE);
    }

    /** Read as nothing, commands would be carried out again whose reports are published (I1). */
    @Test
    void refusesEveryOtherText() {
        for (String text : List.of(
                " ",
                "settled-2:1,1",
                "settled-1:",
                "settled-1:1",
                "settled-1:0,1",
                "settled-1:1,-1",
                "settled-1:1,x y")) {
            assertThatThrownBy(() -> SettledOffsets.parse(5, text)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
