package io.sexton.deleter.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sexton.deleter.core.DeleterCore;
import io.sexton.deleter.core.DeleterSettings;
import io.sexton.proto.Namespace;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.Disposition;
import io.sexton.v1.FencePassed;
import io.sexton.v1.FileRef;
import io.sexton.v1.GcCommand;
import io.sexton.v1.Reason;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class CommandReaderTest {

    private static final RegionId REGION = RegionId.of("r1");
    private static final TopicPartition TAKEN_AWAY = new TopicPartition(Topics.DELETE_COMMANDS, 0);
    private static final TopicPartition KEPT = new TopicPartition(Topics.DELETE_COMMANDS, 1);

    private final FreeLocks locks = new FreeLocks(new CountDownLatch(0));
    private final Deque<Runnable> calls = new ArrayDeque<>();
    private final MockProducer<byte[], byte[]> fences = producer();
    private final List<MockProducer<byte[], byte[]>> reports = new ArrayList<>();
    private boolean answering = true;
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    private final DeleterCore core = new DeleterCore(DeleterSettings.DEFAULTS, () -> "nonce");
    private final DeleterMetrics metrics = new DeleterMetrics(new SimpleMeterRegistry());
    private final CommandReader reader = new CommandReader(
            new KafkaCommandLog(consumer, this::transactional, Namespace.NONE),
            new DeleterEngine(
                    "deleter",
                    core,
                    core,
                    new DeleterEngine.Ports(
                            locks,
                            new FencePublisher(fences, Topics.EVENTS, Runnable::run)::publish,
                            new StorageCalls(Map.of(), metrics),
                            (store, root) -> {},
                            calls::add,
                            health -> {},
                            () -> Duration.ofNanos(System.nanoTime())),
                    Duration.ofSeconds(10)),
            new ReportLog(
                    Topics.DELETE_COMMANDS, metrics, new DeadLetterBox(producer(), Topics.DEAD_LETTERS, Runnable::run)),
            new CommandReader.Membership(
                    "deleter",
                    "deleters",
                    Duration.ofMinutes(2),
                    500,
                    () -> Duration.ofHours(1),
                    failure -> Optional.empty()));

    @AfterEach
    void close() {
        reader.close();
        locks.close();
    }

    /** Else the next commit, of a partition that is kept, would find the transaction open and end the process. */
    @Test
    @Timeout(60)
    void settlesATransactionThatFailsWhilePartitionsAreTakenAway() {
        onPoll(this::assignAndRead);

        reader.run();

        assertThat(reports)
                .as("one that failed, and one that settled what became of it")
                .hasSize(2);
        assertThat(reports.getFirst().closed()).isTrue();
    }

    /** The offsets are those that were committed already; the group coordinator checks them all the same. */
    @Test
    @Timeout(60)
    void provesMembershipByCommittingTheCommittedOffsetOnceMore() {
        onPoll(() -> assignAndRead(this::awaitCallAndStop));

        reader.run();

        assertThat(reports).hasSize(1);
        assertThat(reports.getFirst().consumerGroupOffsetsHistory().getFirst())
                .containsExactly(
                        Map.entry(consumer.groupMetadata().groupId(), Map.of(TAKEN_AWAY, new OffsetAndMetadata(0))));
        assertThat(reports.getFirst().commitCount()).isEqualTo(1);
    }

    @Test
    @Timeout(60)
    void startsNoCallWhileTheGroupCoordinatorIsSilent() {
        answering = false;
        onPoll(() -> assignAndRead(this::awaitAFurtherProducerAndStop));

        reader.run();

        assertThat(calls).isEmpty();
    }

    private void awaitCallAndStop() {
        onPoll(calls.isEmpty() ? this::awaitCallAndStop : this::stop);
    }

    /** It replaces the one whose transaction failed. */
    private void awaitAFurtherProducerAndStop() {
        onPoll(reports.size() < 2 ? this::awaitAFurtherProducerAndStop : this::stop);
    }

    private void assignAndRead() {
        assignAndRead(this::finishAndTakeAway);
    }

    private void assignAndRead(Runnable afterTheFence) {
        consumer.updateBeginningOffsets(Map.of(TAKEN_AWAY, 0L, KEPT, 0L));
        consumer.rebalance(List.of(TAKEN_AWAY, KEPT));
        add(0, GcCommand.newBuilder().setDelete(command()).build());
        onPoll(() -> passFence(afterTheFence));
    }

    /** The lock is granted by another thread, and then the fence is published. */
    private void passFence(Runnable next) {
        if (fences.history().isEmpty()) {
            onPoll(() -> passFence(next));
            return;
        }
        add(
                1,
                GcCommand.newBuilder()
                        .setFencePassed(FencePassed.newBuilder()
                                .setRegion(REGION.value())
                                .setNonce("nonce"))
                        .build());
        onPoll(next);
    }

    /** The call waited for the proof of membership, which the first transaction is. */
    private void finishAndTakeAway() {
        if (calls.isEmpty()) {
            onPoll(this::finishAndTakeAway);
            return;
        }
        reports.getFirst().commitTransactionException = new TimeoutException("the brokers do not say what came of it");
        onPoll(this::stop);
        calls.removeFirst().run();
        consumer.rebalance(List.of(KEPT));
    }

    private void stop() {
        reader.stop();
    }

    private void onPoll(Runnable task) {
        consumer.schedulePollTask(task);
    }

    private void add(long offset, GcCommand command) {
        consumer.addRecord(new ConsumerRecord<>(
                TAKEN_AWAY.topic(), TAKEN_AWAY.partition(), offset, REGION.toKey(), command.toByteArray()));
    }

    private MockProducer<byte[], byte[]> transactional() {
        MockProducer<byte[], byte[]> made = producer();
        if (!answering) {
            made.sendOffsetsToTransactionException = new TimeoutException("the group coordinator is silent");
        }
        reports.add(made);
        return made;
    }

    private static MockProducer<byte[], byte[]> producer() {
        return new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Of a store that is not configured here: it is retryable at once. */
    private static DeleteCommand command() {
        return DeleteCommand.newBuilder()
                .setRegion(REGION.value())
                .setCommandId("0-1-0")
                .setStore("elsewhere")
                .setRoot("r1")
                .setDisposition(Disposition.DELETE)
                .addFiles(CondemnedFile.newBuilder()
                        .setFile(FileRef.newBuilder().setPath("a"))
                        .setReason(Reason.REGION_GONE))
                .build();
    }
}
