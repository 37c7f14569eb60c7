package io.sexton.fold.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

final class FoldRuntimeTest {

    @Test
    void startsOverWhereABrokerDidNotAnswer() {
        assertThat(FoldRuntime.isRetryable(new StreamsException(new TimeoutException("no answer"))))
                .isTrue();
    }

    /**
     * Found by chaos, seed 7: after ten seconds without a network the commit of gc-streams met a transaction that was
     * over.
     */
    @Test
    void startsOverWhereItsTransactionWasEndedMeanwhile() {
        assertThat(FoldRuntime.isRetryable(new StreamsException(
                        "Error encountered trying to commit a transaction",
                        new InvalidTxnStateException("attempted a transactional operation in an invalid state"))))
                .isTrue();
        assertThat(FoldRuntime.isRetryable(new StreamsException(new InvalidProducerEpochException("an old epoch"))))
                .isTrue();
    }

    /**
     * Found by OutageIT: a commit timed out while the broker was away, and Kafka Streams repeated it from its first
     * step.
     */
    @Test
    void startsOverWhereACommitThatTimedOutIsRepeatedFromItsFirstStep() {
        assertThat(FoldRuntime.isRetryable(new StreamsException(new IllegalStateException(
                        "Cannot attempt operation `sendOffsetsToTransaction` because the previous call to"
                                + " `commitTransaction` timed out and must be retried"))))
                .isTrue();
    }

    @Test
    void isNotReadyWhileTimeStands() {
        assertThat(FoldRuntime.isReady(KafkaStreams.State.RUNNING, Duration.ZERO, true))
                .isTrue();
        assertThat(FoldRuntime.isReady(KafkaStreams.State.RUNNING, Duration.ofSeconds(29), true))
                .isTrue();
        assertThat(FoldRuntime.isReady(KafkaStreams.State.RUNNING, Duration.ofSeconds(30), true))
                .isFalse();
        assertThat(FoldRuntime.isReady(KafkaStreams.State.REBALANCING, Duration.ZERO, true))
                .isFalse();
    }

    @Test
    void isNotReadyWhileTheBrokersDoNotAnswer() {
        assertThat(FoldRuntime.isReady(KafkaStreams.State.RUNNING, Duration.ZERO, false))
                .isFalse();
    }

    @Test
    void endsWhereTheSameWouldComeAgain() {
        assertThat(FoldRuntime.isRetryable(new StreamsException(new RecordTooLargeException("too large"))))
                .isFalse();
        assertThat(FoldRuntime.isRetryable(new IllegalStateException("a rule of the fold is broken")))
                .isFalse();
    }
}
