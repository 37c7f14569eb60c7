package io.sexton.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.client.internal.ClientParts;
import io.sexton.client.testing.FakeFeed;
import io.sexton.client.testing.FakePorts;
import io.sexton.client.testing.ManualClock;
import io.sexton.client.testing.ScriptedLog;
import io.sexton.proto.RegionId;
import io.sexton.v1.FilesDeleted;
import io.sexton.v1.Notice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NoticesTest {

    private static final RegionId REGION = RegionId.of("r");
    private final FakeFeed feed = new FakeFeed();
    private final List<Runnable> queued = new ArrayList<>();
    private final Notices notices = new Notices(ClientParts.of(
            FakePorts.of(new ScriptedLog(), feed::to, new ManualClock()).executors(Runnable::run, queued::add),
            "test",
            Duration.ZERO,
            Duration.ZERO));
    private final List<String> calls = new ArrayList<>();

    @Test
    void theBacklogOfASlowListenerIsBounded() {
        notices.subscribe(REGION, new NoticeListener() {
            @Override
            public void onFilesDeleted(FilesDeleted notice) {
                calls.add("deleted");
            }

            @Override
            public void onMissed(String why) {
                calls.add("missed");
            }
        });
        Notice deleted = Notice.newBuilder()
                .setFilesDeleted(FilesDeleted.getDefaultInstance())
                .build();

        for (int i = 0; i < 20_000; i++) {
            feed.deliver(REGION, deleted);
            feed.gap();
        }

        List.copyOf(queued).forEach(Runnable::run);
        assertThat(calls).hasSizeLessThanOrEqualTo(10_001).endsWith("missed");
    }

    @Test
    void anErrorOfAListenerDoesNotEndTheSubscription() {
        notices.subscribe(REGION, new NoticeListener() {
            @Override
            public void onMissed(String why) {
                calls.add("missed");
                throw new AssertionError("a defect of the listener");
            }
        });
        feed.gap();
        List.copyOf(queued).forEach(Runnable::run);
        queued.clear();

        feed.gap();

        List.copyOf(queued).forEach(Runnable::run);
        assertThat(calls).containsExactly("missed", "missed");
    }
}
