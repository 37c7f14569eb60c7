package io.sexton.streams.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.v1.CompactionCompleted;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.RegionDropped;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.RegionOpened;
import io.sexton.v1.RegionRestored;
import org.junit.jupiter.api.Test;

final class AdmissionTest {
    private final Given given = new Given();

    @Test
    void acceptsAnEventOfThePresentEpoch() {
        assertAccepted(edit(2));
    }

    @Test
    void rejectsALowerEpoch() {
        assertRejected(edit(1), "epoch 1 is fenced: the region is at 2");
    }

    @Test
    void comparesEpochsUnsigned() {
        assertAccepted(edit(-1));
    }

    @Test
    void rejectsAnEventOfALeaderWithoutEpochOnceTheRegionHasOne() {
        assertRejected(edit(0), "must carry its epoch");
        assertAccepted(RegionEvent.newBuilder().setRegionDropped(RegionDropped.getDefaultInstance()));

        given.row.setEpoch(0);

        assertAccepted(edit(0));
    }

    @Test
    void rejectsEventsOfLeadersOfADroppedRegion() {
        given.row.getDropBuilder();

        assertRejected(edit(2), "the region is dropped");
        assertAccepted(open(2));
        assertAccepted(RegionEvent.newBuilder().setEpoch(2).setRegionRestored(RegionRestored.getDefaultInstance()));
    }

    @Test
    void restoresNoGoneRegion() {
        given.gone();

        assertRejected(
                RegionEvent.newBuilder().setEpoch(2).setRegionRestored(RegionRestored.getDefaultInstance()),
                "cannot be restored");
    }

    @Test
    void opensAGoneRegionByAHigherEpochOnly() {
        given.gone();

        assertRejected(open(2), "a new life needs a higher epoch");
        assertAccepted(open(3));
    }

    @Test
    void rejectsEditsOfARetentionOnlyRegion() {
        given.row.setRetentionOnly(true);

        assertRejected(edit(2), "has no manifest");
        assertRejected(
                completed(CompactionCompleted.newBuilder().setEdit(ManifestEdit.getDefaultInstance())), "has no");
        assertAccepted(completed(CompactionCompleted.newBuilder()));
    }

    @Test
    void rejectsAMoveOfARegionThatTracksFiles() {
        given.row.setStore("main").setRoot("r");
        RegionEvent.Builder moved = open(2);
        moved.getRegionOpenedBuilder().setStore("main").setRoot("elsewhere");

        assertRejected(moved, "move it as a drop and a new region");
        assertThat(Admission.rejection(given.region, moved.build())
                        .orElseThrow()
                        .moves())
                .isTrue();

        given.row.setTrackedFiles(0);
        assertAccepted(moved);
    }

    private static RegionEvent.Builder edit(long epoch) {
        return RegionEvent.newBuilder().setEpoch(epoch).setManifestEdit(ManifestEdit.getDefaultInstance());
    }

    private static RegionEvent.Builder open(long epoch) {
        return RegionEvent.newBuilder().setEpoch(epoch).setRegionOpened(RegionOpened.getDefaultInstance());
    }

    private static RegionEvent.Builder completed(CompactionCompleted.Builder completed) {
        return RegionEvent.newBuilder().setEpoch(2).setCompactionCompleted(completed);
    }

    private void assertAccepted(RegionEvent.Builder event) {
        assertThat(Admission.rejection(given.region, event.build())).isEmpty();
    }

    private void assertRejected(RegionEvent.Builder event, String detail) {
        assertThat(Admission.rejection(given.region, event.build())
                        .orElseThrow()
                        .detail())
                .contains(detail);
    }
}
