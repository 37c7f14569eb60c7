package io.sexton.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The meaning of seeds: if one of these sequences changes, seeds in tables and regression tests mean something else. */
final class SeededRandomTest {

    @Test
    void drawsTheSameSequenceFromTheSameSeed() {
        SeededRandom random = new SeededRandom(7);

        assertThat(IntStream.range(0, 8).mapToObj(i -> random.below(100)))
                .containsExactly(96, 53, 53, 21, 5, 7, 91, 69);
        assertThat(random.nextLong()).isEqualTo(2476628477891077985L);
        assertThat(random.some(List.of("a", "b", "c", "d"), 4)).containsExactly("d", "b", "c", "a");
        byte[] bytes = new byte[4];
        random.nextBytes(bytes);
        assertThat(bytes).containsExactly(-26, 21, 95, 11);
    }

    @Test
    void drawsTheSameSequenceFromTheSameSeedAndLabel() {
        SeededRandom random = SeededRandom.of(7, "machine-a");

        assertThat(IntStream.range(0, 8).mapToObj(i -> random.below(100)))
                .containsExactly(18, 49, 15, 78, 96, 61, 27, 6);
        assertThat(random.between(Duration.ZERO, Duration.ofSeconds(9))).isEqualTo(Duration.ofMillis(6726));
        assertThat(random.delay(Duration.ofMillis(5), Duration.ofSeconds(5))).isEqualTo(Duration.ofMillis(1));
    }

    /** Tests that drew from SplittableRandom itself draw the same from its successor. */
    @Test
    void drawsAsTheGeneratorOfTheJdkDoes() {
        SeededRandom random = new SeededRandom(3);
        SplittableRandom jdk = new SplittableRandom(3);
        for (int i = 0; i < 100; i++) {
            assertThat(random.nextInt()).isEqualTo(jdk.nextInt());
            assertThat(random.nextInt(3, 1_000)).isEqualTo(jdk.nextInt(3, 1_000));
            assertThat(random.nextLong(1L << 40)).isEqualTo(jdk.nextLong(1L << 40));
            assertThat(random.nextBoolean()).isEqualTo(jdk.nextBoolean());
            assertThat(random.nextDouble()).isEqualTo(jdk.nextDouble());
        }
        assertThat(random.longs(5).boxed().toList())
                .isEqualTo(jdk.longs(5).boxed().toList());
    }

    @Test
    void keepsItsBounds() {
        SeededRandom random = new SeededRandom(1);
        for (int i = 0; i < 1_000; i++) {
            assertThat(random.between(-2, 2)).isBetween(-2L, 2L);
            assertThat(random.between(Duration.ofMillis(3), Duration.ofMillis(4)))
                    .isBetween(Duration.ofMillis(3), Duration.ofMillis(4));
            assertThat(random.some(List.of(1, 2, 3), 5)).doesNotHaveDuplicates().isSubsetOf(1, 2, 3);
            assertThat(random.percent(0) || random.permille(0)).isFalse();
            assertThat(random.percent(100) && random.permille(1000)).isTrue();
        }
    }

    @Test
    void drawsNothingForAPermilleOfZero() {
        SeededRandom random = new SeededRandom(1);
        SeededRandom same = new SeededRandom(1);

        assertThat(random.permille(0)).isFalse();

        assertThat(random.nextLong()).isEqualTo(same.nextLong());
    }
}
