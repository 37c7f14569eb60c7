package io.sexton.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.proto.RegionId;
import io.sexton.v1.FilesDeleted;
import io.sexton.v1.Notice;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NoticesTest {

    private static final RegionId REGION = RegionId.of("r");
    private final FakeFeed feed = new FakeFeed();
    private final List<Runnable> later = new ArrayList<>();
    private final Notices notices = new Notices(new NoticeRouter(feed::to), later::add);
    private final List<String> told = new ArrayList<>();

    @Test
    void aListenerThatDoesNotKeepUpHasABoundedNumberOfCallsWaiting() {
        notices.subscribe(REGION, new NoticeListener() {
            @Override
            public void onFilesDeleted(FilesDeleted notice) {
                told.add("deleted");
            }

            @Override
            public void onMissed(String why) {
                told.add("missed");
            }
        });
        Notice deleted = Notice.newBuilder()
                .setFilesDeleted(FilesDeleted.getDefaultInstance())
                .build();

        for (int i = 0; i < 20_000; i++) {
            feed.say(REGION, deleted);
            feed.gap();
        }

        List.copyOf(later).forEach(Runnable::run);
        assertThat(told).hasSizeLessThanOrEqualTo(10_001).endsWith("missed");
    }

    @Test
    void anErrorOfAListenerDoesNotEndTheSubscription() {
        notices.subscribe(REGION, new NoticeListener() {
            @Override
            public void onMissed(String why) {
                told.add("missed");
                throw new AssertionError("an owner's mistake");
            }
        });
        feed.gap();
        List.copyOf(later).forEach(Runnable::run);
        later.clear();

        feed.gap();

        List.copyOf(later).forEach(Runnable::run);
        assertThat(told).containsExactly("missed", "missed");
    }
}
