package io.sexton.demo.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.v1.LockEvent;
import io.sexton.v1.LockMode;
import io.sexton.v1.LockRequest;
import java.time.Duration;
import java.util.Collection;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;

/** Each rule, by a history that satisfies it and one that breaks it alone. */
final class LockHistoryTest {

    private static final Duration LEASE = Duration.ofSeconds(History.LEASE);

    private final History history = new History();

    @Test
    void acceptsGrantsRenewalsRepeatsReleasesAndExpiries() {
        history.lock(1, 1, granted(LockMode.UPDATE)).answers(1.1, 1, "owner-1", "request-1", granted(LockMode.UPDATE));
        renewal(1.8, 1, "owner-1").answers(1.9, 1, "owner-1", "renewal-1", renewed());
        history.lock(2.8, 1, expired())
                .lock(2.9, 4, granted(LockMode.EXCLUSIVE))
                .lock(3, 4, released())
                .lock(3.1, 4, released())
                .lock(3.2, 5, granted(LockMode.SHARED));

        assertThat(violations()).isEmpty();
        assertThat(LockHistory.read(history.log().lockRequests(), history.log().lockEvents(), Duration.ZERO)
                        .locks())
                .extracting(LockHistory.Held::token)
                .containsExactly(1L, 4L, 5L);
    }

    @Test
    void findsTwoOfUpdate() {
        history.lock(1, 1, granted(LockMode.UPDATE)).lock(1.1, 2, granted(LockMode.UPDATE));

        only().contains("beside");
    }

    @Test
    void findsASharedLockBesideAnExclusiveOne() {
        history.lock(1, 1, granted(LockMode.EXCLUSIVE)).lock(1.1, 2, granted(LockMode.SHARED));

        only().contains("beside");
    }

    @Test
    void findsATokenThatFalls() {
        history.lock(1, 5, granted(LockMode.UPDATE)).lock(1.5, 5, released()).lock(2, 3, granted(LockMode.UPDATE));

        only().contains("after token 5");
    }

    @Test
    void findsAGrantWithoutARequest() {
        history.requests(1, 1, "owner-1", "request-1", acquire(LockMode.SHARED))
                .answers(1, 1, "owner-1", "request-1", granted(LockMode.UPDATE));

        only().contains("matches no request");
    }

    @Test
    void findsAGrantAfterTheEnd() {
        history.lock(1, 1, granted(LockMode.UPDATE))
                .lock(1.5, 1, released())
                .answers(2, 1, "owner-1", "request-1", granted(LockMode.UPDATE));

        only().contains("after its end");
    }

    @Test
    void findsARenewalAfterTheEnd() {
        history.lock(1, 1, granted(LockMode.UPDATE)).lock(2, 1, expired());
        renewal(2.1, 1, "owner-1").answers(2.2, 1, "owner-1", "renewal-1", renewed());

        only().contains("is not its");
    }

    @Test
    void findsARenewalForAnotherOwner() {
        history.lock(1, 1, granted(LockMode.UPDATE));
        renewal(1.1, 1, "owner-2").answers(1.2, 1, "owner-2", "renewal-1", renewed());

        only().contains("is not its");
    }

    @Test
    void findsAnExpiryBeforeTheLeaseCanHavePassed() {
        history.lock(1, 1, granted(LockMode.UPDATE)).lock(1.7, 1, expired());

        only().contains("before its lease can have passed");
    }

    @Test
    void allowsForALogWhoseClockMakesUpForHavingBeenBehind() {
        history.lock(1, 1, granted(LockMode.UPDATE)).lock(1.8, 1, expired());

        assertThat(violations()).isEmpty();
    }

    @Test
    void findsAnExpiryBeforeTheRenewedLeaseCanHavePassed() {
        history.lock(1, 1, granted(LockMode.UPDATE));
        renewal(1.5, 1, "owner-1")
                .answers(1.6, 1, "owner-1", "renewal-1", renewed())
                .lock(2.1, 1, expired());

        only().contains("before its lease can have passed");
    }

    @Test
    void findsAnExpiryOfWhatIsNotHeld() {
        history.lock(1, 1, granted(LockMode.UPDATE)).lock(1.5, 1, released()).lock(2.1, 1, expired());

        only().contains("was not held");
    }

    @Test
    void allowsForBrokersThatAreAhead() {
        history.lock(1, 1, granted(LockMode.UPDATE)).lock(1.2, 1, expired());

        assertThat(LockHistory.read(history.log().lockRequests(), history.log().lockEvents(), LEASE)
                        .violations())
                .isEmpty();
    }

    private AbstractStringAssert<?> only() {
        return assertThat(violations()).singleElement().asString();
    }

    private Collection<String> violations() {
        return LockHistory.read(history.log().lockRequests(), history.log().lockEvents(), Duration.ZERO)
                .violations();
    }

    private History renewal(double second, long token, String owner) {
        return history.requests(
                second,
                token + 1,
                owner,
                "renewal-1",
                LockRequest.newBuilder().setRenew(LockRequest.Renew.newBuilder().setToken(token)));
    }

    private static LockRequest.Builder acquire(LockMode mode) {
        return LockRequest.newBuilder()
                .setAcquire(LockRequest.Acquire.newBuilder().setMode(mode));
    }

    private static LockEvent.Builder granted(LockMode mode) {
        return LockEvent.newBuilder().setGranted(LockEvent.Granted.newBuilder().setMode(mode));
    }

    private static LockEvent.Builder renewed() {
        return LockEvent.newBuilder().setRenewed(LockEvent.Renewed.getDefaultInstance());
    }

    private static LockEvent.Builder released() {
        return LockEvent.newBuilder().setReleased(LockEvent.Released.getDefaultInstance());
    }

    private static LockEvent.Builder expired() {
        return LockEvent.newBuilder().setExpired(LockEvent.Expired.getDefaultInstance());
    }
}
