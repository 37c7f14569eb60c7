package io.sexton.deleter.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sexton.proto.LogRecord;
import io.sexton.proto.RegionId;
import io.sexton.v1.GcCommand;
import io.sexton.v1.ScanCommand;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class CommandRulesTest {

    private static final RegionId REGION = RegionId.of("r1");
    private static final GcCommand SCAN = GcCommand.newBuilder()
            .setScan(ScanCommand.newBuilder().setRegion("r1"))
            .build();

    @Test
    void aCommandOfItsRegionIsRead() {
        assertThat(parse(REGION.toKey(), SCAN.toByteArray()))
                .isEqualTo(new Input.RecordRead(3, 7, Instant.EPOCH, REGION, SCAN, Duration.ZERO));
    }

    /** It may have been a revoke: its region counts as revoked, and every region where the key cannot be read. */
    @Test
    void whatCannotBeReadIsUnusableForTheRegionOfItsKey() {
        assertThat(unusable(REGION.toKey(), null).key()).isEqualTo(REGION);
        assertThat(unusable(REGION.toKey(), new byte[] {1}).key()).isEqualTo(REGION);
        assertThat(unusable(RegionId.of("r2").toKey(), SCAN.toByteArray()).key())
                .isEqualTo(RegionId.of("r2"));
        assertThat(unusable(null, SCAN.toByteArray()).key()).isNull();
        assertThat(unusable(new byte[] {(byte) 0xff}, SCAN.toByteArray()).key()).isNull();
    }

    @Test
    void aCommandThatBreaksARuleIsNoInput() {
        assertThatThrownBy(() -> new Input.RecordRead(0, 0, Instant.EPOCH, RegionId.of("r2"), SCAN, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("scan.region");
    }

    private static Input.UnusableRecord unusable(byte @Nullable [] key, byte @Nullable [] value) {
        return (Input.UnusableRecord) parse(key, value);
    }

    private static Input parse(byte @Nullable [] key, byte @Nullable [] value) {
        return CommandRules.parse(new LogRecord(3, 7, Instant.EPOCH, key, value), Duration.ZERO);
    }
}
