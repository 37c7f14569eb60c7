package io.sexton.simulation.invariant;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sexton.proto.RegionId;
import io.sexton.simulation.log.SimulatedLog;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.RegionEvent;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A reader of the log's events that uses the schema alone, independent of the fold. */
final class LoggedEvent {
    private LoggedEvent() {}

    /** Returns whether it names the path as a file of the manifest. */
    static boolean adds(RegionEvent event, RegionId region, String path) {
        return event.getRegion().equals(region.value())
                && Stream.of(
                                event.getManifestEdit().getAddedList(),
                                event.getCompactionCompleted().getEdit().getAddedList(),
                                event.getManifestSnapshot().getFilesList())
                        .flatMap(List::stream)
                        .anyMatch(file -> file.getPath().equals(path));
    }

    /** Returns whether it announces the path before the manifest has it. */
    static boolean announces(RegionEvent event, RegionId region, String path) {
        return event.getRegion().equals(region.value())
                && (event.getFileWritten().getFile().getPath().equals(path)
                        || event.getCompactionStarted().getTempFilesList().contains(path));
    }

    /** Returns the edit of a commit or of a completed compaction; the default one for any other event. */
    static ManifestEdit edit(RegionEvent event) {
        return event.hasManifestEdit()
                ? event.getManifestEdit()
                : event.getCompactionCompleted().getEdit();
    }

    /** Returns the event; empty for the end of a transaction and for unreadable bytes. */
    static Optional<RegionEvent> read(SimulatedLog.Entry entry) {
        byte[] value = entry.value();
        if (value == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(RegionEvent.parseFrom(value));
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }
}
