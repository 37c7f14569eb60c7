package io.sexton.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sexton.client.LogPosition;
import io.sexton.client.spi.AnswerFeed;
import io.sexton.client.testing.Await;
import io.sexton.proto.RegionId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TopicReaderTest {

    private static final RegionId REGION = RegionId.of("r");
    private static final TopicPartition PARTITION = new TopicPartition("t", 0);

    private final List<String> read = new CopyOnWriteArrayList<>();
    private final List<MockConsumer<byte[], byte[]>> consumers = new CopyOnWriteArrayList<>();
    private volatile long end = 7;
    private volatile boolean exists = true;
    private final TopicReader reader = new TopicReader(
            "t", "test-reader", this::consumer, e -> String.valueOf(e.getMessage()), new AnswerFeed.Sink() {
                @Override
                public void record(RegionId region, LogPosition at, byte[] value) {
                    if (value.length > 1) {
                        throw new IllegalArgumentException("poison");
                    }
                    read.add(region + " " + at);
                }

                @Override
                public void gap(int partition, String why) {
                    read.add("gap " + partition);
                }
            });

    @AfterEach
    void stop() {
        reader.close();
    }

    @Test
    void readsFromTheEndThatThePartitionHadWhenItWasFollowed() throws Exception {
        follow();

        append(7, 1);

        Await.until("read", () -> read.equals(List.of("r 0@7")));
    }

    @Test
    void resumesAtItsPositionAfterATransientError() throws Exception {
        follow();
        append(7, 1);
        Await.until("read", () -> read.size() == 1);
        end = 9;

        consumers.get(0).setPollException(new KafkaException("no route"));

        Await.until("a second consumer", () -> consumers.size() == 2);
        Await.until("positioned", () -> consumers.get(1).assignment().contains(PARTITION) && isAt(consumers.get(1), 8));
        append(8, 1);
        Await.until("read", () -> read.equals(List.of("r 0@7", "r 0@8")));
    }

    @Test
    void reportsAGapWhenRecordsWereRemovedAndResumesAtTheEnd() throws Exception {
        follow();
        consumers.get(0).updateEndOffsets(Map.of(PARTITION, 20L));

        consumers.get(0).setPollException(new OffsetOutOfRangeException(Map.of(PARTITION, 7L)));

        Await.until("gap", () -> read.equals(List.of("gap 0")));
        Await.until("positioned", () -> isAt(consumers.get(0), 20));
        append(20, 1);
        Await.until("read", () -> read.equals(List.of("gap 0", "r 0@20")));
    }

    @Test
    void aRecordThatCannotBeReadIsAGap() throws Exception {
        follow();

        append(7, 2);
        append(8, 1);

        Await.until("read", () -> read.equals(List.of("gap 0", "r 0@8")));
    }

    @Test
    void waitsForTheTopicAndReportsTheProblem() throws Exception {
        exists = false;
        AnswerFeed.Follow follow = reader.follow(REGION);
        Await.until("the problem is known", () -> reader.problem().equals("topic t does not exist"));
        assertThat(follow.ready()).isNotDone();

        exists = true;

        follow.ready().get(30, TimeUnit.SECONDS);
    }

    @Test
    void aFollowInAPartitionThatIsReadIsReadyAtOnce() throws Exception {
        follow();

        assertThat(reader.follow(RegionId.of("other")).ready()).isCompleted();
    }

    @Test
    void closingFailsAFollowThatIsNotReady() throws Exception {
        exists = false;
        AnswerFeed.Follow follow = reader.follow(REGION);

        reader.close();

        assertThatThrownBy(() -> follow.ready().get(30, TimeUnit.SECONDS)).hasMessageContaining("closed");
        assertThat(reader.follow(REGION).ready()).isCompletedExceptionally();
    }

    private static boolean isAt(MockConsumer<byte[], byte[]> consumer, long offset) {
        try {
            return consumer.position(PARTITION) == offset;
        } catch (NoOffsetForPartitionException e) {
            // Assigned, but not positioned yet.
            return false;
        }
    }

    private void follow() throws Exception {
        reader.follow(REGION).ready().get(30, TimeUnit.SECONDS);
        Await.until("assigned", () -> consumers.get(0).assignment().contains(PARTITION));
    }

    /** Appends a record. The sink accepts a value of one byte and fails for a longer one. */
    private void append(long offset, int bytes) {
        MockConsumer<byte[], byte[]> current = consumers.get(consumers.size() - 1);
        current.schedulePollTask(
                () -> current.addRecord(new ConsumerRecord<>("t", 0, offset, REGION.toKey(), new byte[bytes])));
    }

    private MockConsumer<byte[], byte[]> consumer() {
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
        if (exists) {
            consumer.updatePartitions("t", List.of(new PartitionInfo("t", 0, Node.noNode(), new Node[0], new Node[0])));
            consumer.updateEndOffsets(Map.of(PARTITION, end));
        }
        consumers.add(consumer);
        return consumer;
    }
}
