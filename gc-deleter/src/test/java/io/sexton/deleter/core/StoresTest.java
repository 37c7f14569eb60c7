package io.sexton.deleter.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.v1.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Calls of a store that hang take no room from those of another store. */
final class StoresTest {

    @Test
    void callsOfOneStoreAreBoundedAndThoseOfAnotherStartBesideThem() {
        SeveralStores stores = new SeveralStores(2, 100);
        for (int i = 0; i < 5; i++) {
            stores.condemn("hangs", "h" + i);
        }
        stores.condemn("works", "w0");

        assertThat(stores.regionsCalled("hangs")).containsExactly("h0", "h1");
        assertThat(stores.regionsCalled("works")).containsExactly("w0");
    }

    @Test
    void aCallThatEndsMakesRoomForTheNextOfItsStoreAlone() {
        SeveralStores stores = new SeveralStores(1, 100);
        stores.condemn("a", "a0");
        stores.condemn("a", "a1");
        stores.condemn("b", "b0");
        stores.condemn("b", "b1");

        stores.finish("a", Outcome.DELETED);

        assertThat(stores.regionsCalled("a")).containsExactly("a1");
        assertThat(stores.regionsCalled("b")).containsExactly("b0");
    }

    @Test
    void aCallOfADroppedPartitionCountsForItsStoreUntilItEnds() {
        SeveralStores stores = new SeveralStores(1, 100);
        stores.condemn("a", "a0");
        List<StorageCall> abandoned = stores.calls("a");
        stores.reassign();
        stores.condemn("a", "a1");
        assertThat(stores.calls("a")).isEqualTo(abandoned);

        stores.finish("a", Outcome.DELETED);

        assertThat(stores.regionsCalled("a")).containsExactly("a1");
    }

    @Test
    void regionsOfAStoreThatHangsDoNotHoldTheLocksOfAnother() {
        SeveralStores stores = new SeveralStores(1, 3);
        for (int i = 0; i < 5; i++) {
            stores.condemn("hangs", "h" + i);
        }
        assertThat(stores.locked()).containsExactlyInAnyOrder("h0", "h1", "h2");

        stores.condemn("works", "w0");

        assertThat(stores.regionsCalled("works")).containsExactly("w0");
    }

    @Test
    void commandsOfARegionStayInOrderAcrossStores() {
        SeveralStores stores = new SeveralStores(1, 100);
        stores.condemn("hangs", "r");
        stores.condemn("works", "r");
        assertThat(stores.calls("works")).isEmpty();

        stores.finish("hangs", Outcome.DELETED);

        assertThat(stores.regionsCalled("works")).containsExactly("r");
    }
}
