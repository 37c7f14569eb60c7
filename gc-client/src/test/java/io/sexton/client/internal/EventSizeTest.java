package io.sexton.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sexton.client.InvalidEventException;
import io.sexton.v1.CompactionCompleted;
import io.sexton.v1.CompactionFailed;
import io.sexton.v1.CompactionStarted;
import io.sexton.v1.FileList;
import io.sexton.v1.FileRef;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.QueryHeartbeat;
import io.sexton.v1.ReferenceEdit;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.WriteFailed;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class EventSizeTest {

    private static final int LIMIT = 1_000;
    private static final List<String> PATHS =
            IntStream.range(100, 300).mapToObj(i -> "sst/" + i).toList();

    @Test
    void anEventThatFitsStaysAsItIs() {
        RegionEvent event = event().setWriteFailed(WriteFailed.newBuilder().addAllPaths(PATHS))
                .build();

        assertThat(EventSize.split(event, event.getSerializedSize())).containsExactly(event);
        assertThat(EventSize.split(event, event.getSerializedSize() - 1)).hasSize(2);
    }

    @Test
    void failedWritesAreInSeveralEvents() {
        List<RegionEvent> parts = EventSize.split(
                event().setWriteFailed(
                                WriteFailed.newBuilder().setError("disk full").addAllPaths(PATHS))
                        .build(),
                LIMIT);

        assertThat(parts)
                .hasSizeGreaterThan(1)
                .allMatch(part -> part.getSerializedSize() <= LIMIT && part.getEpoch() == 3)
                .allMatch(part -> part.getWriteFailed().getError().equals("disk full"));
        assertThat(parts.stream().flatMap(part -> part.getWriteFailed().getPathsList().stream()))
                .containsExactlyElementsOf(PATHS);
    }

    @Test
    void theFilesOfACompactionAreNamedBySeveralStarts() {
        List<RegionEvent> parts = EventSize.split(
                event().setCompactionStarted(CompactionStarted.newBuilder()
                                .setCompactionId("c")
                                .addAllTempFiles(PATHS))
                        .build(),
                LIMIT);

        assertThat(parts)
                .hasSizeGreaterThan(1)
                .allMatch(part -> part.getSerializedSize() <= LIMIT)
                .allMatch(part -> part.getCompactionStarted().getCompactionId().equals("c"));
        assertThat(parts.stream().flatMap(part -> part.getCompactionStarted().getTempFilesList().stream()))
                .containsExactlyElementsOf(PATHS);
    }

    @Test
    void anEditWithoutAVersionAddsBeforeItRemoves() {
        ManifestEdit edit = edit().build();

        List<RegionEvent> parts = EventSize.split(event().setManifestEdit(edit).build(), LIMIT);

        assertThat(parts).hasSizeGreaterThan(2).allMatch(part -> part.getSerializedSize() <= LIMIT);
        assertThat(parts.stream().flatMap(part -> part.getManifestEdit().getAddedList().stream()))
                .containsExactlyElementsOf(edit.getAddedList());
        assertThat(parts.stream().flatMap(part -> part.getManifestEdit().getRemovedList().stream()))
                .containsExactlyElementsOf(edit.getRemovedList());
        int firstRemoval = IntStream.range(0, parts.size())
                .filter(i -> parts.get(i).getManifestEdit().getRemovedCount() > 0)
                .findFirst()
                .orElseThrow();
        assertThat(parts.subList(firstRemoval, parts.size()))
                .allMatch(part -> part.getManifestEdit().getAddedCount() == 0);
    }

    @Test
    void aCompactionEndsAfterItsEditWasPublishedInParts() {
        RegionEvent completed = event().setCompactionCompleted(
                        CompactionCompleted.newBuilder().setCompactionId("c").setEdit(edit()))
                .build();

        List<RegionEvent> parts = EventSize.split(completed, LIMIT);

        RegionEvent last = parts.get(parts.size() - 1);
        assertThat(last.getCompactionCompleted().getCompactionId()).isEqualTo("c");
        assertThat(last.getCompactionCompleted().hasEdit()).isFalse();
        assertThat(parts.subList(0, parts.size() - 1)).hasSizeGreaterThan(2).allMatch(RegionEvent::hasManifestEdit);
    }

    @Test
    void anEditOfAVersionIsRefusedWithLimitSizePathsAndRemedy() {
        RegionEvent edit =
                event().setManifestEdit(edit().setBaseVersion(6).setVersion(7)).build();
        RegionEvent completed = event().setCompactionCompleted(
                        CompactionCompleted.newBuilder().setCompactionId("c").setEdit(edit.getManifestEdit()))
                .build();

        assertThatThrownBy(() -> EventSize.split(edit, LIMIT))
                .isInstanceOf(InvalidEventException.class)
                .hasMessage(String.format(
                        "manifest_edit has %,d bytes and 400 paths, more than the 1,000 bytes of the largest record"
                                + " (max.request.size): the edit of one version cannot be split. Commit fewer files in"
                                + " each version; for a version that is committed, reopen the region at it and publish a"
                                + " snapshot",
                        edit.getSerializedSize()));
        assertThatThrownBy(() -> EventSize.split(completed, LIMIT))
                .hasMessageStartingWith("compaction_completed has ")
                .hasMessageContaining("400 paths");
    }

    @Test
    void referencesAreSplitUnlessTheyReplaceAll() {
        ReferenceEdit.Builder edit = ReferenceEdit.newBuilder()
                .setReferrer("branch")
                .setReferrerEpoch(2)
                .addAllAdded(PATHS)
                .addRemoved("old");

        List<RegionEvent> parts = EventSize.split(event().setReferenceEdit(edit).build(), LIMIT);

        assertThat(parts)
                .hasSizeGreaterThan(2)
                .allMatch(part -> part.getReferenceEdit().getReferrerEpoch() == 2);
        assertThat(parts.get(parts.size() - 1).getReferenceEdit().getRemovedList())
                .containsExactly("old");
        assertThatThrownBy(() -> EventSize.split(
                        event().setReferenceEdit(edit.setReplaceAll(true)).build(), LIMIT))
                .isInstanceOf(InvalidEventException.class)
                .hasMessageContaining("201 paths")
                .hasMessageContaining("replace_all cannot be split");
    }

    @Test
    void aPinAndLeftoversAreRefused() {
        RegionEvent heartbeat = event().setQueryHeartbeat(QueryHeartbeat.newBuilder()
                        .setReaderId("r")
                        .setFiles(FileList.newBuilder().addAllPaths(PATHS)))
                .build();
        RegionEvent failed = event().setCompactionFailed(
                        CompactionFailed.newBuilder().setCompactionId("c").addAllLeftoverFiles(PATHS))
                .build();

        assertThatThrownBy(() -> EventSize.split(heartbeat, LIMIT)).hasMessageContaining("pin a version");
        assertThatThrownBy(() -> EventSize.split(failed, LIMIT)).hasMessageContaining("200 paths");
    }

    private static ManifestEdit.Builder edit() {
        ManifestEdit.Builder edit = ManifestEdit.newBuilder();
        PATHS.forEach(path -> edit.addAdded(FileRef.newBuilder().setPath(path).setSizeBytes(1_000)));
        PATHS.forEach(path -> edit.addRemoved("old/" + path));
        return edit;
    }

    private static RegionEvent.Builder event() {
        return RegionEvent.newBuilder().setRegion("r").setProducer("p").setEpoch(3);
    }
}
