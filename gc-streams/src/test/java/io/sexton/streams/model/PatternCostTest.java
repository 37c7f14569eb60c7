package io.sexton.streams.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PatternCostTest {

    /** The stack of a thread of Kafka Streams, less the part that the fold may use when it matches a path. */
    private static final long STACK_BYTES = 896 * 1024;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "((a{1000}){1000}){1000}",
                "(a{1000}){1000}",
                "((((((((((a{9}){9}){9}){9}){9}){9}){9}){9}){9}){9}",
                "(a{1,1000}){1,1000}",
                "(a{1000,}){1000,}",
                "[[:alpha:]{]{1000}(a{1000}){11}",
                "\\pN{1000}(\\p{Greek}{1000}){11}",
                "\\Q(\\E(a{1000}){11}",
                "(?i)(?P<name>x{1000}){11}",
                // These compile quickly, and overflow the stack of the thread that matches a path.
                "(a?){1000}(a?){1000}",
                "(|a|b|c){1000}(|a|b|c){1000}",
                "(a{0,1000}){0,400}"
            })
    void rejectsPatternsThatWouldFillMemoryOrStack(String pattern) {
        assertThat(PatternCost.of(pattern).isTooHigh()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "([0-9]+)\\.(bucket|meta)",
                "(?i)sst/[^/]{1,255}\\.(sst|blob|wal)(\\.tmp)?",
                "a{1000}",
                "a{0,1000}",
                "[0-9a-f]{64}(-[0-9a-f]{64}){100}",
                "(a{100}){95}",
                "a|b|c|d|e|f|g|h|ij|kl|mn|op",
                "\\Qa{1000}{1000}{1000}\\E",
                "[{1000}]{2}{"
            })
    void allowsPatternsOfFileNames(String pattern) {
        assertThat(PatternCost.of(pattern).isTooHigh()).isFalse();
    }

    @Test
    void isNeverBelowTheCompiledSize() {
        Random random = new Random(7);
        int compiled = 0;
        for (int i = 0; i < 30_000; i++) {
            String pattern = pattern(random);
            PatternCost cost = PatternCost.of(pattern);
            if (cost.isTooHigh()) {
                continue;
            }
            try {
                // The program has two further instructions, at its beginning and end.
                assertThat(cost.instructions() + 2)
                        .as(pattern)
                        .isGreaterThanOrEqualTo(Pattern.compile(pattern).programSize());
                compiled++;
            } catch (PatternSyntaxException invalid) {
                // An invalid pattern costs nothing.
            }
        }
        assertThat(compiled).isGreaterThan(3_000);
    }

    @Test
    void allowedPatternsFitOnTheStack() throws InterruptedException {
        Random random = new Random(8);
        String[] worst = new String[40];
        for (int i = 0; i < 20_000; i++) {
            String pattern = i == 0 ? "(".repeat(180) + "a{0,1000}" + ")".repeat(180) : deep(random);
            if (PatternCost.of(pattern).isTooHigh()) {
                continue;
            }
            int slot = i % worst.length;
            if (worst[slot] == null || stress(pattern) > stress(worst[slot])) {
                worst[slot] = pattern;
            }
        }
        StackOverflowError[] overflow = new StackOverflowError[1];
        Thread matching = new Thread(
                null,
                () -> {
                    for (String pattern : worst) {
                        try {
                            Pattern.compile(pattern).matches("a".repeat(64));
                        } catch (PatternSyntaxException invalid) {
                            // An invalid pattern is never matched.
                        } catch (StackOverflowError e) {
                            overflow[0] = e;
                        }
                    }
                },
                "matching",
                STACK_BYTES);
        matching.start();
        matching.join();
        assertThat(overflow[0]).isNull();
    }

    private static long stress(String pattern) {
        PatternCost cost = PatternCost.of(pattern);
        return Math.max(cost.closure(), 3 * cost.depth());
    }

    private static String deep(Random random) {
        String inner = new String[] {"a?", "a*", "(a|)", "|a", "a{0,900}", "^", "(?:a|b|cd|)"}[random.nextInt(7)];
        String group = random.nextBoolean() ? "(" : "(?:";
        int nesting = 1 + random.nextInt(100);
        String nested = group.repeat(nesting) + inner + ")".repeat(nesting);
        return nested + "{" + random.nextInt(1001) + "}" + (random.nextBoolean() ? inner : nested + "{100}");
    }

    private static String pattern(Random random) {
        String[] parts = {
            "a",
            "b",
            "(",
            ")",
            "|",
            "*",
            "+",
            "?",
            "{2}",
            "{0,3}",
            "{4,}",
            "[",
            "]",
            "^",
            "$",
            "\\d",
            "\\b",
            "\\Q",
            "\\E",
            "(?:",
            "(?i)",
            "(?i:",
            "(?P<n>",
            "[^a]",
            "[a-c]",
            "[[:alpha:]]",
            "\\pL",
            "\\p{Greek}",
            "{",
            "}",
            ",",
            "3",
            ".",
            "é",
            "😀",
            "\\x{41}",
            "\\C",
            "\\z",
            "-",
            "[]a]",
            "\\[",
            "\\\\"
        };
        StringBuilder pattern = new StringBuilder();
        int length = 1 + random.nextInt(10);
        for (int i = 0; i < length; i++) {
            pattern.append(parts[random.nextInt(parts.length)]);
        }
        return pattern.toString();
    }
}
