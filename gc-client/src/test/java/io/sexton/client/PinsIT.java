package io.sexton.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sexton.client.pins.PinListener;
import io.sexton.client.pins.PinOptions;
import io.sexton.client.pins.PinTarget;
import io.sexton.client.pins.ReaderPin;
import io.sexton.client.testing.Await;
import io.sexton.client.testing.FakeSexton;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.v1.Notice;
import io.sexton.v1.QueryHeartbeat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PinsIT {

    private static final RegionId REGION = RegionId.of("pins");
    private static FakeSexton sexton;
    private SextonClient client;

    @BeforeAll
    static void start() {
        sexton = new FakeSexton(4);
    }

    @AfterAll
    static void stop() {
        sexton.close();
    }

    @BeforeEach
    void connect() {
        client = sexton.client().build();
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    @Test
    void isSureOnlyOnceItsOwnHeartbeatIsAccepted() throws Exception {
        sexton.setPaused(true);
        PinOptions options = PinOptions.ttl(Duration.ofSeconds(60));
        assertThatThrownBy(() ->
                        client.pins().pin(REGION, PinTarget.atVersion(7), options.maxWait(Duration.ofMillis(300))))
                .isInstanceOf(NoAnswerException.class);
        CompletableFuture<ReaderPin> accepted = client.pins().pinAsync(REGION, PinTarget.atVersion(7), options);
        try (ReaderPin unanswered = client.pins().request(REGION, PinTarget.atVersion(7), options)) {
            assertThat(unanswered.isSure()).isFalse();
            assertThat(accepted).isNotDone();

            sexton.setPaused(false);

            ReaderPin pin = accepted.get(20, TimeUnit.SECONDS);
            assertThat(pin.isSure()).isTrue();
            Await.until("the other is accepted, too", unanswered::isSure);
            assertThat(pin.remaining()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(45));
        } finally {
            sexton.setPaused(false);
        }
    }

    @Test
    void reportsTheCondemnedPaths() throws Exception {
        sexton.condemned.add("condemned-1");
        PinTarget target = PinTarget.files(List.of(FilePath.of("fine-1"), FilePath.of("condemned-1")));
        RejectedException rejection = catchThrowableOfType(
                RejectedException.class,
                () -> client.pins().pin(REGION, target, PinOptions.ttl(Duration.ofSeconds(60))));

        assertThat(rejection).hasMessage("the pin of region pins was rejected: condemned");
        assertThat(rejection.paths()).containsExactly("condemned-1");
    }

    @Test
    void sendsTouchesAndTheEndOfThePin() throws Exception {
        ReaderPin pin = client.pins().pin(REGION, PinTarget.atVersion(7), PinOptions.ttl(Duration.ofMillis(800)));

        Await.until(
                "three touches",
                () -> heartbeats(pin).stream()
                                .filter(heartbeat -> heartbeat.getPinCase() == QueryHeartbeat.PinCase.PIN_NOT_SET)
                                .count()
                        >= 3);
        pin.close();

        assertThat(pin.isSure()).isFalse();
        Await.until(
                "the end",
                () -> sexton.eventsOf(REGION)
                        .anyMatch(logged ->
                                logged.event().getQueryFinished().getReaderId().equals(pin.readerId())));
        assertThat(heartbeats(pin).get(0).getAtVersion()).isEqualTo(7);
    }

    @Test
    void requestsAPinAgainThatSextonNoLongerHas() throws Exception {
        List<String> calls = new CopyOnWriteArrayList<>();
        PinListener listener = new PinListener() {
            @Override
            public void onUnsure(String why) {
                calls.add("unsure");
            }

            @Override
            public void onSure() {
                calls.add("sure");
            }
        };
        try (ReaderPin pin = client.pins()
                .pin(
                        REGION,
                        PinTarget.atVersion(7),
                        PinOptions.ttl(Duration.ofSeconds(2)).listener(listener))) {

            sexton.readers.remove(pin.readerId());

            // Late heartbeats make it unsure, too. It is sure in the end, because Sexton has accepted it again.
            Await.until("the listener is called", () -> calls.contains("unsure"));
            Await.until(
                    "the listener is called, and Sexton has the pin",
                    () -> calls.getLast().equals("sure") && sexton.readers.contains(pin.readerId()));
            Await.until("sure", pin::isSure);
        }
    }

    @Test
    void aRejectedChangeLeavesTheEarlierPinInForce() throws Exception {
        sexton.condemned.add("condemned-2");
        try (ReaderPin pin = client.pins()
                .pin(
                        REGION,
                        PinTarget.files(Set.of(FilePath.of("a"))),
                        PinOptions.ttl(Duration.ofSeconds(60)).forCommit())) {

            CompletableFuture<Void> change =
                    pin.changeAsync(PinTarget.files(Set.of(FilePath.of("a"), FilePath.of("condemned-2"))));
            assertThat(pin.isSure()).isTrue();
            assertThatThrownBy(() -> change.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(RejectedException.class);
            assertThat(pin.isSure()).isTrue();

            pin.change(PinTarget.files(Set.of(FilePath.of("b"))));
            assertThat(pin.isSure()).isTrue();
            assertThat(heartbeats(pin).get(0).getForCommit()).isTrue();
        }
    }

    @Test
    void reportsTheRejectionOfTheTemporaryManifest() throws Exception {
        List<String> calls = new CopyOnWriteArrayList<>();
        PinListener listener = new PinListener() {
            @Override
            public void onTempManifestRejected(String detail) {
                calls.add(detail);
            }
        };
        PinOptions options = PinOptions.ttl(Duration.ofSeconds(60))
                .tempManifest(FilePath.of("tmp/manifest-1"))
                .listener(listener);
        try (ReaderPin pin = client.pins().pin(REGION, PinTarget.atVersion(7), options)) {
            Notice.Builder rejection = Notice.newBuilder();
            rejection.getEventRejectedBuilder().setPath("tmp/manifest-1").setDetail("live");

            sexton.publish(REGION, rejection.build());

            Await.until("the listener is called", () -> calls.equals(List.of("live")));
            assertThat(heartbeats(pin).get(0).getTempManifest()).isEqualTo("tmp/manifest-1");
        }
    }

    @Test
    void holdsAThousandPinsAtOnce() throws Exception {
        List<ReaderPin> pins = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            RegionId region = RegionId.of("many-" + i % 50);
            pins.add(client.pins().request(region, PinTarget.atVersion(i), PinOptions.ttl(Duration.ofSeconds(60))));
        }
        for (ReaderPin pin : pins) {
            Await.until("accepted", pin::isSure);
        }
        assertThat(pins).allMatch(ReaderPin::isSure);
        assertThat(Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().startsWith("test-")))
                .hasSizeLessThan(10);
    }

    private List<QueryHeartbeat> heartbeats(ReaderPin pin) {
        return sexton.eventsOf(REGION)
                .map(logged -> logged.event().getQueryHeartbeat())
                .filter(heartbeat -> heartbeat.getReaderId().equals(pin.readerId()))
                .toList();
    }
}
