package io.sexton.demo.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class ExpectedContentsTest {

    @Test
    void equalsTheResultOfTheWritesInTheirOrder() {
        Workload workload = new Workload(3, "r1", 500);
        Map<Integer, byte[]> rows = new TreeMap<>();
        for (long number = 1; number <= 3_000; number++) {
            switch (workload.operation(number)) {
                case Operation.Put put -> rows.put(put.row(), workload.value(number));
                case Operation.Delete delete -> rows.remove(delete.row());
            }
        }

        ExpectedContents expected = ExpectedContents.after(workload, 3_000);

        assertThat(expected.rows()).isEqualTo(rows.size());
        int row = expected.nextRow(0);
        for (Map.Entry<Integer, byte[]> each : rows.entrySet()) {
            assertThat(row).isEqualTo(each.getKey());
            assertThat(expected.value(row)).isEqualTo(each.getValue());
            row = expected.nextRow(row + 1);
        }
        assertThat(row).isEqualTo(expected.end());
    }

    @Test
    void theSameSeedWritesTheSameAndAnotherOneDoesNot() {
        Workload workload = new Workload(3, "r1", 500);

        assertThat(new Workload(3, "r1", 500).value(10)).isEqualTo(workload.value(10));
        assertThat(new Workload(4, "r1", 500).value(10)).isNotEqualTo(workload.value(10));
        assertThat(new Workload(3, "r2", 500).value(10)).isNotEqualTo(workload.value(10));
    }

    @Test
    void anOldValueUnderADeleteIsNoProblemAndANewerOneIs() {
        Workload workload = new Workload(3, "r1", 500);
        ExpectedContents expected = ExpectedContents.after(workload, 3_000);
        Operation.Delete delete = lastDelete(workload, 3_000);

        assertThat(expected.problemWith(delete.row(), delete.number() - 1)).isEmpty();
        assertThat(expected.problemWith(delete.row(), 0)).isEmpty();
        assertThat(expected.problemWith(delete.row(), delete.number() + 1)).isPresent();
    }

    /** Returns a delete that is the last write to its row; otherwise some later put would be. */
    private static Operation.Delete lastDelete(Workload workload, long upTo) {
        for (long number = upTo; number > 0; number--) {
            if (workload.operation(number) instanceof Operation.Delete delete
                    && isLastWrite(workload, delete.row(), number, upTo)) {
                return delete;
            }
        }
        throw new AssertionError("no row ends deleted");
    }

    private static boolean isLastWrite(Workload workload, int row, long number, long upTo) {
        for (long later = number + 1; later <= upTo; later++) {
            if (workload.operation(later).row() == row) {
                return false;
            }
        }
        return true;
    }
}
