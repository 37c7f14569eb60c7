package io.sexton.deleter.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A deleter that ends in order leaves no lock behind, and one that has lost a lock does nothing under it. */
final class StoppingTest {

    @Test
    void startsNoCallAndReleasesItsLock() {
        LoneRegion region = new LoneRegion(10);
        region.read(JoinedCommandsTest.command("1", "a"));
        region.stop();
        region.grantAndPass();

        assertThat(region.hasCall()).isFalse();
        region.drop();
        assertThat(region.locksReleased()).isEqualTo(1);
    }

    @Test
    void releasesTheLockOfACallOnceThatIsOver() {
        LoneRegion region = new LoneRegion(10);
        region.read(JoinedCommandsTest.command("1", "a"));
        region.grantAndPass();
        StorageCall call = region.onlyCall();
        region.read(JoinedCommandsTest.command("2", "b"));
        region.stop();

        region.drop();
        assertThat(region.locksReleased()).isZero();
        region.finish(call);

        assertThat(region.locksReleased()).isEqualTo(1);
        assertThat(region.hasCall()).isFalse();
    }

    /** The coordinator can end a lease early, as can a client that is closed: the next owner may be at work already. */
    @Test
    void goesOnWithNoCallOnceItsLeaseHasEnded() {
        LoneRegion region = new LoneRegion(10);
        region.read(JoinedCommandsTest.command("1", "a"));
        region.grantAndPass();
        StorageCall call = region.onlyCall();
        assertThat(region.mayStart(call)).isTrue();
        assertThat(region.mayGoOn(call)).isTrue();

        region.endLeases();

        assertThat(region.mayGoOn(call)).isFalse();
    }
}
