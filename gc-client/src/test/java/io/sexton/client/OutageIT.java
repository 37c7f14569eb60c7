package io.sexton.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sexton.client.locks.LockListener;
import io.sexton.client.locks.LockOptions;
import io.sexton.client.locks.RegionLock;
import io.sexton.client.pins.PinListener;
import io.sexton.client.pins.PinOptions;
import io.sexton.client.pins.PinTarget;
import io.sexton.client.pins.ReaderPin;
import io.sexton.client.testing.Await;
import io.sexton.client.testing.FakeSexton;
import io.sexton.proto.RegionId;
import io.sexton.v1.Hold;
import io.sexton.v1.LockMode;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.RegionEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests with a broker that stops and resumes. */
final class OutageIT {

    private static final RegionId REGION = RegionId.of("r");

    @Test
    @Tag("long")
    void nothingCountsAsHeldWithoutTheBrokerAndAllResumesWithIt() throws Exception {
        List<String> calls = new CopyOnWriteArrayList<>();
        PinListener pinListener = new PinListener() {
            @Override
            public void onSure() {
                calls.add("sure");
            }

            @Override
            public void onUnsure(String why) {
                calls.add("unsure");
            }
        };
        CompletableFuture<RegionLock> lost = new CompletableFuture<>();
        LockListener lockListener = new LockListener() {
            @Override
            public void onLost(RegionLock lock, String why) {
                lost.complete(lock);
            }
        };
        try (FakeSexton sexton = new FakeSexton(2);
                SextonClient client = withShortTimeouts(sexton).build();
                RegionWriter writer = client.publisher().openRegion(REGION, 1, RegionSettings.of("store", "root"), 0);
                ReaderPin pin = client.pins()
                        .pin(
                                REGION,
                                PinTarget.atVersion(1),
                                PinOptions.ttl(Duration.ofSeconds(2)).listener(pinListener))) {
            RegionLock lock = client.locks()
                    .acquire(
                            REGION,
                            LockOptions.of(LockMode.UPDATE, "GC", Duration.ofSeconds(2))
                                    .listener(lockListener));

            sexton.broker.stop();

            CompletableFuture<LogPosition> edit = writer.editAsync(edit(0, 1));
            CompletableFuture<LogPosition> next = writer.editAsync(edit(1, 2));
            CompletableFuture<LogPosition> event = client.publisher().publishAsync(hold());
            assertThat(lost.get(60, TimeUnit.SECONDS)).isSameAs(lock);
            assertThat(lock.isHeld()).isFalse();
            Await.until("onUnsure is called", () -> calls.contains("unsure"));
            assertThat(pin.isSure()).isFalse();
            assertThatThrownBy(() -> edit.get(60, TimeUnit.SECONDS)).hasCauseInstanceOf(PublishException.class);
            assertThatThrownBy(() -> next.get(60, TimeUnit.SECONDS)).hasCauseInstanceOf(PublishException.class);
            assertThatThrownBy(() -> event.get(60, TimeUnit.SECONDS)).hasCauseInstanceOf(PublishException.class);
            assertThat(client.publisher().failure(REGION)).isPresent();

            sexton.broker.resume();

            Await.until("sure again", pin::isSure);
            Await.until("onSure is called", () -> calls.get(calls.size() - 1).equals("sure"));
            writer.reopen(2);
            assertThat(writer.editAsync(edit(2, 3)).get(60, TimeUnit.SECONDS)).isNotNull();
            client.publisher().reset(REGION);
            assertThat(client.publisher().publishAsync(hold()).get(60, TimeUnit.SECONDS))
                    .isNotNull();
            LockOptions waiting = LockOptions.of(LockMode.UPDATE, "GC", Duration.ofSeconds(30))
                    .maxWait(Duration.ofSeconds(60));
            try (RegionLock again = client.locks().acquire(REGION, waiting)) {
                assertThat(again.token()).isGreaterThan(lock.token());
            }
        }
    }

    @Test
    void reportsThatTheAnswersCannotBeRead() {
        try (FakeSexton sexton = new FakeSexton(1);
                SextonClient client = SextonClient.builder(sexton.broker.bootstrapServers())
                        .answerTimeout(Duration.ofSeconds(1))
                        .build()) {
            sexton.broker.stop();

            assertThatThrownBy(() -> client.publisher().openRegion(REGION, 1, RegionSettings.of("store", "root"), 0))
                    .isInstanceOf(PublishException.class)
                    .hasMessageContaining("gc.notices");
            sexton.broker.resume();
        }
    }

    /** Returns timeouts that are shorter than the test's, but longer than a short pause of the machine. */
    private static SextonClient.Builder withShortTimeouts(FakeSexton sexton) {
        return sexton.client()
                .kafka("delivery.timeout.ms", 10_000)
                .kafka("request.timeout.ms", 5_000)
                .kafka("max.block.ms", 10_000);
    }

    private static ManifestEdit edit(long base, long version) {
        return ManifestEdit.newBuilder()
                .setBaseVersion(base)
                .setVersion(version)
                .build();
    }

    private static RegionEvent hold() {
        return RegionEvent.newBuilder()
                .setRegion(REGION.value())
                .setHold(Hold.newBuilder().setHoldId("h"))
                .build();
    }
}
