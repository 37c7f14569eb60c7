package io.sexton.deleter.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Timestamp;
import io.sexton.deleter.core.Expectation.Verdict;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.FileRef;
import io.sexton.v1.Reason;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ExpectationTest {

    private static final Instant SINCE = Instant.ofEpochSecond(1_000_000);

    private static CondemnedFile.Builder condemned(Reason reason) {
        return CondemnedFile.newBuilder().setReason(reason).setSince(timestamp(SINCE));
    }

    private static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }

    private static ObjectFacts writtenAt(Instant instant) {
        return new ObjectFacts(10, instant, null);
    }

    @ParameterizedTest
    @EnumSource(
            value = Reason.class,
            names = {"OBSOLETE", "ORPHAN", "TEMPORARY", "WRITE_ABORTED", "STALE_TEMP_MANIFEST"})
    void toleratesFiveMinutesOfSkewAndNoMore(Reason reason) throws UnusableCommandException {
        Expectation expected = Expectation.of(condemned(reason).build());

        assertThat(expected.verify(writtenAt(SINCE.plus(Duration.ofMinutes(5)))))
                .isInstanceOf(Verdict.Same.class);
        assertThat(expected.verify(writtenAt(SINCE.plus(Duration.ofMinutes(5)).plusMillis(1))))
                .isInstanceOf(Verdict.Different.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = Reason.class,
            names = {"REGION_GONE", "EXPIRED"})
    void allowsLaterWritesWhereTheReasonDoes(Reason reason) throws UnusableCommandException {
        Expectation expected = Expectation.of(condemned(reason).build());

        assertThat(expected.verify(writtenAt(SINCE.plus(Duration.ofDays(1))))).isInstanceOf(Verdict.Same.class);
    }

    @Test
    void cannotJudgeWithoutKnowingSinceWhenOrWhy() {
        CondemnedFile noSince = condemned(Reason.OBSOLETE).clearSince().build();
        CondemnedFile noReason = condemned(Reason.REASON_UNSPECIFIED).build();
        CondemnedFile newReason = condemned(Reason.OBSOLETE).setReasonValue(99).build();

        assertThatThrownBy(() -> Expectation.of(noSince)).hasMessageContaining("since when");
        assertThatThrownBy(() -> Expectation.of(noReason)).hasMessageContaining("reason 0");
        assertThatThrownBy(() -> Expectation.of(newReason)).hasMessageContaining("reason 99");
    }

    @Test
    void comparesTimesInWholeMilliseconds() throws UnusableCommandException {
        Instant written = Instant.ofEpochSecond(900_000, 123_456_789);
        Expectation expected = Expectation.of(condemned(Reason.OBSOLETE)
                .setFile(FileRef.newBuilder().setSizeBytes(10).setModifiedAt(timestamp(written)))
                .build());

        assertThat(expected.verify(writtenAt(written.plusNanos(543_210)))).isInstanceOf(Verdict.Same.class);
        assertThat(expected.verify(writtenAt(written.plusNanos(543_211)))).isInstanceOf(Verdict.Different.class);
    }

    @Test
    void takesASizeWithoutATimeForNoIdentity() throws UnusableCommandException {
        Expectation expected = Expectation.of(condemned(Reason.REGION_GONE)
                .setFile(FileRef.newBuilder().setSizeBytes(11))
                .build());

        assertThat(expected.verify(writtenAt(SINCE))).isInstanceOf(Verdict.Same.class);
    }

    @Test
    void comparesEtagsWhereTheStoreHasThem() throws UnusableCommandException {
        Expectation expected = Expectation.of(condemned(Reason.REGION_GONE)
                .setFile(FileRef.newBuilder().setEtag("e1"))
                .build());

        assertThat(expected.verify(new ObjectFacts(1, SINCE, "e1"))).isInstanceOf(Verdict.Same.class);
        assertThat(expected.verify(new ObjectFacts(1, SINCE, "e2"))).isInstanceOf(Verdict.Different.class);
        assertThat(expected.verify(new ObjectFacts(1, SINCE, null))).isInstanceOf(Verdict.Unverifiable.class);
    }

    @Test
    void comparesTheTimeAlsoOfAnObjectWithTheSameEtag() throws UnusableCommandException {
        Expectation expected = Expectation.of(condemned(Reason.OBSOLETE)
                .setFile(FileRef.newBuilder().setEtag("e1"))
                .build());

        assertThat(expected.verify(new ObjectFacts(1, SINCE.plus(Duration.ofHours(1)), "e1")))
                .isInstanceOf(Verdict.Different.class);
    }
}
