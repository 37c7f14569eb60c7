package io.sexton.simulation.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sexton.deleter.core.CommandPosition;
import io.sexton.deleter.topology.CommandLog;
import io.sexton.proto.LogRecord;
import io.sexton.v1.RegionEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The contract of a command log, which the log on Kafka and the simulated one both run. */
public abstract class CommandLogContract {

    private static final int PARTITION = 0;

    private final List<String> changes = new ArrayList<>();
    private CommandLog log;

    /** Returns the log of a member that has no partition yet. */
    protected abstract CommandLog log();

    /** Has the next poll assign the partition. */
    protected abstract void assign(int partition);

    /** Has the next poll take the partition away. */
    protected abstract void revoke(int partition);

    /** Appends a record to the commands. */
    protected abstract void append(int partition, byte[] value);

    /** Has the transactions of the member fail from now on. */
    protected abstract void expel();

    @BeforeEach
    void join() {
        log = log();
        log.join(new CommandLog.Assignments() {
            @Override
            public void assigned(Set<Integer> partitions) {
                change("assigned", partitions);
                log.committed(partitions).forEach((partition, position) -> log.seek(partition, position.nextOffset()));
                partitions.forEach(log::resume);
            }

            @Override
            public void revoked(Set<Integer> partitions) {
                change("revoked", partitions);
            }

            @Override
            public void lost(Set<Integer> partitions) {
                revoked(partitions);
            }
        });
        assign(PARTITION);
    }

    private void change(String what, Set<Integer> partitions) {
        if (!partitions.isEmpty()) {
            changes.add(what + " " + partitions + " of " + log.assignment());
        }
    }

    @Test
    void assignsWithinAPollAndReadsFromWhereTheListenerSeeks() {
        assertThat(log.assignment()).isEmpty();
        append(PARTITION, new byte[] {1});
        append(PARTITION, new byte[] {2});

        assertThat(read(2)).containsExactly("0: 1", "1: 2");
        assertThat(changes).containsExactly("assigned [0] of [0]");
        assertThat(log.assignment()).containsExactly(PARTITION);
    }

    @Test
    void readsNothingOfAPausedPartitionUntilItIsResumed() {
        append(PARTITION, new byte[] {1});
        read(1);
        append(PARTITION, new byte[] {2});
        log.pause(PARTITION);
        assertThat(log.poll(Duration.ZERO)).isEmpty();

        log.resume(PARTITION);

        assertThat(read(1)).containsExactly("1: 2");
    }

    @Test
    void readsAgainAfterASeek() {
        append(PARTITION, new byte[] {1});
        append(PARTITION, new byte[] {2});
        read(2);

        log.seek(PARTITION, 0);

        assertThat(read(2)).containsExactly("0: 1", "1: 2");
    }

    /** Commits finished work before another member of the group reads it again. */
    @Test
    void aPartitionIsStillAssignedWhileItIsRevoked() {
        log.poll(Duration.ZERO);
        revoke(PARTITION);
        log.poll(Duration.ZERO);

        assertThat(changes).containsExactly("assigned [0] of [0]", "revoked [0] of [0]");
        assertThat(log.assignment()).isEmpty();
    }

    @Test
    void aCommitOfAMemberSucceedsAndOneOfAnExpelledMemberFails() {
        append(PARTITION, new byte[] {1});
        read(1);
        RegionEvent event = RegionEvent.newBuilder().setRegion("r1").build();
        log.commit(List.of(event), Map.of(PARTITION, CommandPosition.at(1)));
        expel();

        assertThatThrownBy(() -> log.commit(List.of(event), Map.of(PARTITION, CommandPosition.at(1))))
                .isInstanceOf(KafkaException.class);
    }

    /** Else a command that is settled ahead would be carried out again (I1). */
    @Test
    void keepsWhatIsSettledAboveTheCommittedOffset() {
        append(PARTITION, new byte[] {1});
        read(1);
        CommandPosition ahead = CommandPosition.of(0, "settled-1:1,2,3,1");
        log.commit(List.of(RegionEvent.newBuilder().setRegion("r1").build()), Map.of(PARTITION, ahead));

        assertThat(log.committed(Set.of(PARTITION))).containsEntry(PARTITION, ahead);
    }

    /** A member of the simulated group takes only some of the records in a poll. */
    private List<String> read(int count) {
        List<String> records = new ArrayList<>();
        Consumer<LogRecord> add = each -> records.add(each.offset() + ": " + valueOf(each));
        for (int polls = 0; records.size() < count && polls < 100; polls++) {
            log.poll(Duration.ZERO).forEach(add);
        }
        return records;
    }

    private static byte valueOf(LogRecord record) {
        byte[] value = record.value();
        if (value == null) {
            throw new AssertionError("no value: " + record);
        }
        return value[0];
    }
}
