package io.sexton.streams.oracle;

import com.google.protobuf.Duration;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.v1.FileOutcome;
import io.sexton.v1.FileRef;
import io.sexton.v1.Inventory;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.ManifestSnapshot;
import io.sexton.v1.Policy;
import io.sexton.v1.QueryHeartbeat;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.RegionEvent.EventCase;
import io.sexton.v1.RegionOpened;
import io.sexton.v1.Tick;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** "A record that breaks one of these rules is not applied at all and goes to `gc.dead-letters`" (section 5). */
final class Validity {

    private static final Set<EventCase> OF_THE_PARTITION = Set.of(EventCase.TICK, EventCase.POLICY_SET);

    /** "leaders write RegionOpened, ManifestEdit, ManifestSnapshot and the compaction events" */
    private static final Set<EventCase> OF_LEADERS = Set.of(
            EventCase.REGION_OPENED,
            EventCase.MANIFEST_EDIT,
            EventCase.MANIFEST_SNAPSHOT,
            EventCase.COMPACTION_STARTED,
            EventCase.COMPACTION_COMPLETED,
            EventCase.COMPACTION_FAILED);

    private final List<Rule> broken = new ArrayList<>();

    private Validity() {}

    /** The rules that a readable record breaks. */
    static List<Rule> broken(byte @Nullable [] key, RegionEvent event) {
        Validity validity = new Validity();
        validity.checkKey(key, event);
        validity.checkEvent(event);
        return validity.broken;
    }

    /** "readable as a kind that leaders do not write" */
    static boolean ofNoLeader(RegionEvent event) {
        return event.getEventCase() != EventCase.EVENT_NOT_SET && !OF_LEADERS.contains(event.getEventCase());
    }

    /** "a command id reads as `partition-offset-index`" */
    static OptionalLong commandOffset(String commandId) {
        String[] parts = commandId.split("-", -1);
        if (parts.length != 3) {
            return OptionalLong.empty();
        }
        for (String part : parts) {
            if (part.isEmpty() || part.length() > 18 || !part.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return OptionalLong.empty();
            }
        }
        return OptionalLong.of(Long.parseLong(parts[1]));
    }

    private void checkKey(byte @Nullable [] key, RegionEvent event) {
        if (OF_THE_PARTITION.contains(event.getEventCase())) {
            // "(`Tick` and `PolicySet` concern their whole partition: their region is empty, their key is not looked
            // at)"
            check(event.getRegion().isEmpty(), Rule.WRONG_KEY);
        } else if (event.getEventCase() != EventCase.EVENT_NOT_SET) {
            // "the key is the region"
            byte[] region = event.getRegion().getBytes(StandardCharsets.UTF_8);
            check(key != null && Arrays.equals(key, region), Rule.WRONG_KEY);
            check(RegionId.problemWith(event.getRegion()).isEmpty(), Rule.EMPTY_ID);
        }
    }

    private void checkEvent(RegionEvent event) {
        switch (event.getEventCase()) {
            // "one event is set"
            case EVENT_NOT_SET -> broken.add(Rule.NO_EVENT);
            case REGION_OPENED -> checkOpened(event.getRegionOpened());
            case MANIFEST_EDIT -> checkEdit(event.getManifestEdit());
            case MANIFEST_SNAPSHOT -> checkSnapshot(event.getManifestSnapshot());
            case COMPACTION_STARTED -> {
                checkId(event.getCompactionStarted().getCompactionId());
                checkPaths(event.getCompactionStarted().getTempFilesList());
                checkDuration(event.getCompactionStarted().getTimeout());
            }
            case COMPACTION_COMPLETED -> {
                checkId(event.getCompactionCompleted().getCompactionId());
                checkEdit(event.getCompactionCompleted().getEdit());
            }
            case COMPACTION_FAILED -> {
                checkId(event.getCompactionFailed().getCompactionId());
                checkPaths(event.getCompactionFailed().getLeftoverFilesList());
            }
            case FILE_WRITTEN -> checkPath(event.getFileWritten().getFile().getPath());
            case WRITE_FAILED -> checkPaths(event.getWriteFailed().getPathsList());
            case QUERY_HEARTBEAT -> checkHeartbeat(event.getQueryHeartbeat());
            case QUERY_FINISHED -> checkId(event.getQueryFinished().getReaderId());
            case REFERENCE_EDIT -> {
                checkId(event.getReferenceEdit().getReferrer());
                checkAddedAndRemoved(
                        event.getReferenceEdit().getAddedList(),
                        event.getReferenceEdit().getRemovedList());
            }
            case INVENTORY -> checkInventory(event.getInventory());
            case DELETION_REPORT -> {
                check(commandOffset(event.getDeletionReport().getCommandId()).isPresent(), Rule.BAD_COMMAND_ID);
                checkPaths(event.getDeletionReport().getOutcomesList().stream()
                        .map(FileOutcome::getPath)
                        .toList());
            }
            case HOLD -> checkId(event.getHold().getHoldId());
            case APPROVAL -> checkId(event.getApproval().getApprovalId());
            case POLICY_SET -> checkPolicy(event.getPolicySet().getPolicy());
            case TICK -> checkTick(event.getTick());
            case DELETER_FENCE -> checkId(event.getDeleterFence().getNonce());
            case REGION_DROPPED, REGION_RESTORED, RETRY, EXPEDITE -> {}
        }
    }

    /** "ids ([…]) and a region's store not empty, its root as a path" */
    private void checkOpened(RegionOpened opened) {
        checkId(opened.getStore());
        checkPath(opened.getRoot());
    }

    private void checkEdit(ManifestEdit edit) {
        checkAddedAndRemoved(paths(edit.getAddedList()), edit.getRemovedList());
    }

    /** "chunk 0 names no file and is not the last" */
    private void checkSnapshot(ManifestSnapshot chunk) {
        checkId(chunk.getSnapshotId());
        checkPaths(paths(chunk.getFilesList()));
        checkChunk(chunk.getChunk(), chunk.getFilesCount(), chunk.getLast());
    }

    private void checkInventory(Inventory chunk) {
        checkId(chunk.getInventoryId());
        checkPaths(paths(chunk.getFilesList()));
        checkChunk(chunk.getChunk(), chunk.getFilesCount(), chunk.getLast());
    }

    private void checkChunk(int chunk, int files, boolean last) {
        check(chunk != 0 || files == 0, Rule.CHUNK_0_NAMES_FILES);
        check(chunk != 0 || !last, Rule.CHUNK_0_IS_LAST);
    }

    private void checkHeartbeat(QueryHeartbeat heartbeat) {
        checkId(heartbeat.getReaderId());
        checkDuration(heartbeat.getTtl());
        checkPaths(heartbeat.getFiles().getPathsList());
        if (!heartbeat.getTempManifest().isEmpty()) {
            checkPath(heartbeat.getTempManifest());
        }
    }

    /** "patterns compile" */
    private void checkPolicy(Policy policy) {
        checkDuration(policy.getObsoleteLinger());
        checkDuration(policy.getOrphanLinger());
        checkDuration(policy.getTempLinger());
        checkDuration(policy.getDropLinger());
        checkDuration(policy.getReaderTtl());
        checkDuration(policy.getCompactionTimeout());
        checkDuration(policy.getRetention());
        try {
            Pattern.compile(policy.getFilePattern());
        } catch (PatternSyntaxException e) {
            broken.add(Rule.BAD_PATTERN);
        }
    }

    /** "a tick has its wall clock" */
    private void checkTick(Tick tick) {
        check(tick.hasWallClock(), Rule.TICK_WITHOUT_WALL_CLOCK);
        checkId(tick.getTicker());
        checkDuration(tick.getUptime());
    }

    private void checkAddedAndRemoved(List<String> added, List<String> removed) {
        checkPaths(added);
        checkPaths(removed);
        // "and none both added and removed"
        Set<String> both = new HashSet<>(added);
        both.retainAll(removed);
        check(both.isEmpty(), Rule.ADDED_AND_REMOVED);
    }

    /** "ids (reader, compaction, hold, snapshot, inventory, referrer, nonce, approval, ticker) […] not empty" */
    private void checkId(String id) {
        check(!id.isEmpty(), Rule.EMPTY_ID);
    }

    /** "paths as in section 3" */
    private void checkPath(String path) {
        check(FilePath.problemWith(path).isEmpty(), Rule.BAD_PATH);
    }

    private void checkPaths(List<String> paths) {
        paths.forEach(this::checkPath);
    }

    /** "durations not negative" */
    private void checkDuration(Duration duration) {
        check(duration.getSeconds() >= 0 && duration.getNanos() >= 0, Rule.NEGATIVE_DURATION);
    }

    private void check(boolean kept, Rule rule) {
        if (!kept) {
            broken.add(rule);
        }
    }

    private static List<String> paths(List<FileRef> files) {
        return files.stream().map(FileRef::getPath).toList();
    }
}
