package io.sexton.deleter.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.proto.RegionId;
import io.sexton.v1.DeletionReport;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OffsetLedgerTest {

    private static final RegionId REGION = RegionId.of("r1");

    private OffsetLedger ledger = new OffsetLedger(CommandPosition.at(0));

    @Test
    void aReportDoesNotWaitForAnEarlierCommand() {
        commands(0, 4);
        settle(1, 3);

        assertThat(commit()).containsExactly("1", "3");
        assertThat(ledger.committed()).isEqualTo(CommandPosition.of(0, "settled-1:1,1,1,1"));
        assertThat(commit()).isEmpty();

        settle(0);
        assertThat(commit()).containsExactly("0");
        assertThat(ledger.committed()).isEqualTo(CommandPosition.of(2, "settled-1:1,1"));

        settle(2);
        assertThat(commit()).containsExactly("2");
        assertThat(ledger.committed()).isEqualTo(CommandPosition.at(4));
        assertThat(ledger.isEmpty()).isTrue();
        assertThat(ledger.bytes()).isZero();
    }

    @Test
    void recordsThatAreNoCommandsNeedNoRangesOfTheirOwn() {
        commands(0, 1);
        ledger.read(1);
        commands(2, 3);
        ledger.read(3);
        ledger.read(4);
        settle(2);

        commit();

        assertThat(ledger.committed()).isEqualTo(CommandPosition.of(0, "settled-1:1,4"));
    }

    @Test
    void freesTheMemoryOfCommandsThatAreReportedAhead() {
        commands(0, 10);
        long all = ledger.bytes();
        settle(1, 2, 3, 4, 5, 6, 7, 8, 9);
        commit();

        assertThat(ledger.bytes()).isEqualTo(all / 10);
    }

    @Test
    void commandsThatAreSettledStaySoAfterARestart() {
        commands(0, 6);
        settle(1, 2, 4);
        commit();
        ledger = new OffsetLedger(ledger.committed());
        assertThat(List.of(1L, 2L, 4L)).allMatch(ledger::isCommitted);
        assertThat(List.of(0L, 3L, 5L, 6L)).noneMatch(ledger::isCommitted);

        // Read again as far as the second one that is open.
        read(0, 4);
        settle(0);
        assertThat(commit()).containsExactly("0");
        assertThat(ledger.committed()).isEqualTo(CommandPosition.of(3, "settled-1:1,1"));
        settle(3);
        assertThat(commit()).containsExactly("3");
        assertThat(ledger.committed()).as("what is settled is not waited for").isEqualTo(CommandPosition.at(5));

        read(4, 6);
        settle(5);
        assertThat(commit()).containsExactly("5");
        assertThat(ledger.committed()).isEqualTo(CommandPosition.at(6));
    }

    @Test
    void theRestWaitsWhereTheMetadataHasNoRoomAndNothingIsForgotten() {
        int count = 4_000;
        commands(0, count);
        for (int offset = 1; offset < count; offset += 2) {
            settle(offset);
        }
        int first = commit().size();
        assertThat(first).isBetween(300, count / 2 - 1);
        assertThat(ledger.committed().metadata().length()).isBetween(1, OffsetLedger.METADATA_CHARS);
        int ahead = first;
        for (int reported = commit().size(); reported > 0; reported = commit().size()) {
            ahead += reported;
        }
        assertThat(ahead).isLessThan(count / 2);

        for (int offset = 0; offset < count; offset += 2) {
            settle(offset);
        }
        int later = 0;
        for (int reported = commit().size(); reported > 0; reported = commit().size()) {
            later += reported;
        }

        assertThat(ahead + later).isEqualTo(count);
        assertThat(ledger.committed()).isEqualTo(CommandPosition.at(count));
    }

    private void commands(int from, int until) {
        read(from, until);
    }

    /** Reads commands as the partition does: those that are committed are passed over. */
    private void read(int from, int until) {
        for (int offset = from; offset < until; offset++) {
            if (!ledger.isCommitted(offset)) {
                ledger.begin(
                        new PendingCommand(
                                offset, JoinedCommandsTest.command("c", "a").build()),
                        REGION);
            }
            ledger.read(offset);
        }
    }

    private void settle(long... offsets) {
        for (long offset : offsets) {
            ledger.settle(
                    offset,
                    DeletionReport.newBuilder().setCommandId("" + offset).build());
        }
    }

    private List<String> commit() {
        Finished finished = ledger.finished(500, moment -> true);
        ledger.committed(CommandPosition.of(
                finished.position().nextOffset(), finished.position().metadata()));
        return finished.reports().stream()
                .map(each -> each.report().getCommandId())
                .toList();
    }
}
