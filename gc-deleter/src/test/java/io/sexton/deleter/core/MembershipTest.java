package io.sexton.deleter.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A deleter that its group has expelled, and that does not know it, has commands in memory that its successor has carried
 * out already. No storage call starts before an offset commit has succeeded that began after the grant.
 */
final class MembershipTest {

    private final LoneRegion region = new LoneRegion(10);

    @BeforeEach
    void withholdProofs() {
        region.withholdProofs();
    }

    @Test
    void startsNoCallBeforeMembershipIsProven() {
        region.read(JoinedCommandsTest.command("1", "a"));
        region.grantAndPass();

        assertThat(region.hasCall()).isFalse();
        assertThat(region.awaitsProof()).isTrue();
        region.endProof(region.beginProof());

        assertThat(region.hasCall()).isTrue();
        assertThat(region.awaitsProof()).isFalse();
    }

    @Test
    void aCommitThatBeganBeforeTheGrantProvesNothing() {
        region.read(JoinedCommandsTest.command("1", "a"));
        MembershipCheck early = region.beginProof();
        region.grantAndPass();
        region.endProof(early);

        assertThat(region.hasCall()).isFalse();
        assertThat(region.awaitsProof()).isTrue();
    }

    @Test
    void aProofThatComesBeforeTheFenceServes() {
        region.read(JoinedCommandsTest.command("1", "a"));
        region.grant();
        region.endProof(region.beginProof());

        assertThat(region.hasCall()).isFalse();
        region.grantAndPass();

        assertThat(region.hasCall()).isTrue();
    }

    @Test
    void everyGrantNeedsAProofOfItsOwn() {
        region.read(JoinedCommandsTest.command("1", "a"));
        region.grantAndPass();
        region.endProof(region.beginProof());
        StorageCall call = region.onlyCall();
        region.read(JoinedCommandsTest.command("2", "b"));
        region.yieldRequested();
        region.finish(call);
        region.grantAndPass();

        assertThat(region.hasCall()).isFalse();
        region.endProof(region.beginProof());

        assertThat(region.hasCall()).isTrue();
    }

    @Test
    void callsUnderOneGrantNeedOneProof() {
        region.read(JoinedCommandsTest.command("1", "a"));
        region.grantAndPass();
        region.endProof(region.beginProof());
        region.finish(region.onlyCall());
        region.read(JoinedCommandsTest.command("2", "b"));

        assertThat(region.hasCall()).isTrue();
    }

    @Test
    void aGrantThatIsOverAwaitsNoProof() {
        region.read(JoinedCommandsTest.command("1", "a"));
        region.grantAndPass();
        region.drop();

        assertThat(region.awaitsProof()).isFalse();
    }

    @Test
    void oneProofServesTheGrantsOfAThousandRegions() {
        ManyRegions regions = new ManyRegions(1_000);

        assertThat(regions.calls()).isZero();
        assertThat(regions.prove()).isEqualTo(1);

        assertThat(regions.calls()).isEqualTo(1_000);
    }
}
