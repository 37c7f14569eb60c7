package io.sexton.streams.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.fold.core.Output;
import io.sexton.v1.EventRejected;
import io.sexton.v1.Expedite;
import io.sexton.v1.FileRef;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.Notice;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.Retry;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bound on unfinished facts that concern every file of a region: its row stays small if they arrive too fast. */
final class UnfinishedWorkTest {
    private final LoneFold fold = new LoneFold(10, 1);

    @Test
    void rejectsOrdersWhileTooManyAreUnfinished() {
        ManifestEdit.Builder added = ManifestEdit.newBuilder().setVersion(1);
        for (int i = 0; i < 400; i++) {
            added.addAdded(FileRef.newBuilder().setPath("f" + i));
        }
        fold.at(0, RegionEvent.newBuilder().setManifestEdit(added));
        fold.tick(1);

        for (int i = 0; i < 80; i++) {
            fold.at(2, expedite());
        }
        fold.at(2, RegionEvent.newBuilder().setRetry(Retry.getDefaultInstance()));
        int rejected = rejections().size();
        assertThat(rejected).as("of 80 orders and a Retry").isBetween(2, 17);
        assertThat(rejections().getLast().getOffset()).isEqualTo(fold.lastOffset());

        int second = 3;
        while (second < 4_000) {
            fold.tick(second++);
        }
        fold.at(second, expedite());
        assertThat(rejections()).as("all has been worked through").hasSize(rejected);
    }

    private static RegionEvent.Builder expedite() {
        return RegionEvent.newBuilder().setExpedite(Expedite.getDefaultInstance());
    }

    private List<EventRejected> rejections() {
        return fold.outputs().stream()
                .filter(Output.Emitted.class::isInstance)
                .map(output -> ((Output.Emitted) output).message())
                .filter(message -> message instanceof Notice notice && notice.hasEventRejected())
                .map(message -> ((Notice) message).getEventRejected())
                .toList();
    }
}
