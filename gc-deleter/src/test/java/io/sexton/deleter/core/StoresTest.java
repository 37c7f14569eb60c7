package io.sexton.deleter.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.v1.Outcome;
import java.time.Duration;
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

    @Test
    void holdsBackTheCallsOfAStoreThatDoesNotAnswerAndProbesItByOne() {
        SeveralStores stores = new SeveralStores(2, 100);
        fail(stores, StoreBreaker.FAILURES);
        assertThat(stores.health()).singleElement().isInstanceOfSatisfying(Effect.StoreOpened.class, opened -> {
            assertThat(opened.store()).isEqualTo("s");
            assertThat(opened.failures()).isEqualTo(StoreBreaker.FAILURES);
            assertThat(opened.problem()).isEqualTo("the result of a test");
        });
        List<String> before = List.copyOf(stores.reported());
        stores.condemn("s", "a");
        stores.condemn("s", "b");
        stores.condemn("works", "w");
        assertThat(stores.calls("s")).isEmpty();
        assertThat(stores.calls("works")).hasSize(1);

        stores.pass(StoreBreaker.FIRST_PAUSE);
        assertThat(stores.regionsCalled("s")).containsExactly("a");
        assertThat(stores.reported()).as("no outcome is made up").isEqualTo(before);

        stores.finish("s", Outcome.DELETED);
        assertThat(stores.health()).containsExactly(new Effect.StoreClosed("s", StoreBreaker.FIRST_PAUSE));
        assertThat(stores.regionsCalled("s")).containsExactly("b");
    }

    @Test
    void callsThatNeverEndOpenTheStoreAndTheirEndClosesIt() {
        SeveralStores stores = new SeveralStores(StoreBreaker.FAILURES, 100);
        for (int i = 0; i < StoreBreaker.FAILURES; i++) {
            stores.condemn("s", "r" + i);
        }
        Duration hangs = stores.settings().callTimeout().multipliedBy(2);
        stores.pass(hangs.minusMillis(1));
        assertThat(stores.health()).isEmpty();

        stores.pass(Duration.ofMillis(1));
        assertThat(stores.health()).singleElement().isInstanceOf(Effect.StoreOpened.class);

        stores.pass(Duration.ofMinutes(5));
        assertThat(stores.health()).hasOnlyElementsOfType(Effect.StoreStillOpen.class);
        stores.finish("s", Outcome.ALREADY_ABSENT);
        assertThat(stores.health()).hasOnlyElementsOfType(Effect.StoreClosed.class);
    }

    @Test
    void aRevokedFileOfAStoreThatDoesNotAnswerIsNotTouchedOnceItAnswers() {
        SeveralStores stores = new SeveralStores(1, 100);
        fail(stores, StoreBreaker.FAILURES);
        stores.condemn("s", "a");
        stores.revoke("a");

        stores.pass(StoreBreaker.FIRST_PAUSE);

        assertThat(stores.calls("s"))
                .singleElement()
                .satisfies(call -> assertThat(call.files()).allMatch(Deletion::isRevoked));
    }

    @Test
    void reportsOfAStoreThatWorksDoNotWaitForOneThatHangs() {
        SeveralStores stores = new SeveralStores(1, 100);
        stores.condemn("hangs", "h");
        String first = stores.condemn("works", "w");
        stores.finish("works", Outcome.DELETED);
        String second = stores.condemn("works", "w");
        stores.finish("works", Outcome.DELETED);

        assertThat(stores.reported()).containsExactly(first, second);
        assertThat(stores.calls("hangs")).hasSize(1);
    }

    private static void fail(SeveralStores stores, int calls) {
        for (int i = 0; i < calls; i++) {
            stores.condemn("s", "failing" + i);
            stores.finish("s", Outcome.FAILED_RETRYABLE);
        }
    }
}
