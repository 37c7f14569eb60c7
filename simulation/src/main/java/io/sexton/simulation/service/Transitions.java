package io.sexton.simulation.service;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sexton.fold.core.Output;
import io.sexton.proto.FilePath;
import io.sexton.proto.LogRecord;
import io.sexton.proto.RegionId;
import io.sexton.simulation.kernel.Coverage;
import io.sexton.streams.apply.PartitionFold;
import io.sexton.v1.FileOutcome;
import io.sexton.v1.FileRef;
import io.sexton.v1.GcCommand;
import io.sexton.v1.RegionEvent;
import java.util.List;
import java.util.stream.Stream;

/** The coverage of the table of the design's section 5: counts the changes of files' states by event. */
final class Transitions {
    private static final int MOST_PATHS = 8;

    private final Coverage coverage;

    Transitions(Coverage coverage) {
        this.coverage = coverage;
    }

    /**
     * Applies a record, and counts the changes of the files that it names.
     *
     * @param apply applies the record to the fold
     */
    void observe(PartitionFold fold, LogRecord record, Runnable apply) {
        RegionEvent event = read(record);
        List<FilePath> paths =
                pathsOf(event).limit(MOST_PATHS).map(FilePath::of).toList();
        List<String> before = states(fold, event, paths);
        apply.run();
        List<String> after = states(fold, event, paths);
        for (int i = 0; i < before.size(); i++) {
            if (!before.get(i).equals(after.get(i))) {
                coverage.met("state: " + before.get(i) + " to " + after.get(i) + " by " + event.getEventCase());
            }
        }
    }

    /** Counts the reasons of condemned files. */
    void observe(Output.Emitted output) {
        if (output.message() instanceof GcCommand command) {
            command.getDelete()
                    .getFilesList()
                    .forEach(file -> coverage.met("reason: " + file.getReason() + " under "
                            + command.getDelete().getDisposition()));
        }
    }

    private static RegionEvent read(LogRecord record) {
        try {
            byte[] value = record.value();
            return value == null ? RegionEvent.getDefaultInstance() : RegionEvent.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            return RegionEvent.getDefaultInstance();
        }
    }

    private static List<String> states(PartitionFold fold, RegionEvent event, List<FilePath> paths) {
        return paths.stream()
                .map(path -> fold.explain(RegionId.of(event.getRegion()), path).state())
                .toList();
    }

    private static Stream<String> pathsOf(RegionEvent event) {
        return switch (event.getEventCase()) {
            case MANIFEST_EDIT ->
                Stream.concat(
                        paths(event.getManifestEdit().getAddedList()),
                        event.getManifestEdit().getRemovedList().stream());
            case COMPACTION_COMPLETED ->
                Stream.concat(
                        paths(event.getCompactionCompleted().getEdit().getAddedList()),
                        event.getCompactionCompleted().getEdit().getRemovedList().stream());
            case MANIFEST_SNAPSHOT -> paths(event.getManifestSnapshot().getFilesList());
            case COMPACTION_STARTED -> event.getCompactionStarted().getTempFilesList().stream();
            case COMPACTION_FAILED -> event.getCompactionFailed().getLeftoverFilesList().stream();
            case FILE_WRITTEN -> Stream.of(event.getFileWritten().getFile().getPath());
            case WRITE_FAILED -> event.getWriteFailed().getPathsList().stream();
            case INVENTORY -> paths(event.getInventory().getFilesList());
            case DELETION_REPORT ->
                event.getDeletionReport().getOutcomesList().stream().map(FileOutcome::getPath);
            case REGION_OPENED,
                    REGION_DROPPED,
                    REGION_RESTORED,
                    QUERY_HEARTBEAT,
                    QUERY_FINISHED,
                    REFERENCE_EDIT,
                    HOLD,
                    APPROVAL,
                    POLICY_SET,
                    TICK,
                    DELETER_FENCE,
                    RETRY,
                    EXPEDITE,
                    EVENT_NOT_SET -> Stream.empty();
        };
    }

    private static Stream<String> paths(List<FileRef> files) {
        return files.stream().map(FileRef::getPath);
    }
}
