package io.sexton.streams.oracle;

import com.google.protobuf.Duration;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.sexton.proto.FilePath;
import io.sexton.v1.Companion;
import io.sexton.v1.Disposition;
import io.sexton.v1.FileOutcome;
import io.sexton.v1.FileRef;
import io.sexton.v1.Inventory;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.ManifestSnapshot;
import io.sexton.v1.OrphanConfirmation;
import io.sexton.v1.Policy;
import io.sexton.v1.QueryHeartbeat;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.RegionEvent.EventCase;
import io.sexton.v1.RegionOpened;
import io.sexton.v1.Tick;
import io.sexton.v1.Trigger;
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

    /** Returns the rules that a readable record breaks. */
    static List<Rule> broken(byte @Nullable [] key, RegionEvent event) {
        Validity validity = new Validity();
        validity.checkKey(key, event);
        // "ids ([…]), store and producer at most 256 bytes without control characters"
        validity.checkShort(event.getProducer(), Rule.LONG_ID);
        validity.checkVersion(event.getEpoch());
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
            checkId(event.getRegion());
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
                checkTtl(event.getCompactionStarted().getTimeout());
            }
            case COMPACTION_COMPLETED -> {
                checkId(event.getCompactionCompleted().getCompactionId());
                checkEdit(event.getCompactionCompleted().getEdit());
            }
            case COMPACTION_FAILED -> {
                checkId(event.getCompactionFailed().getCompactionId());
                checkPaths(event.getCompactionFailed().getLeftoverFilesList());
            }
            case FILE_WRITTEN -> checkFiles(List.of(event.getFileWritten().getFile()));
            case WRITE_FAILED -> checkPaths(event.getWriteFailed().getPathsList());
            case QUERY_HEARTBEAT -> checkHeartbeat(event.getQueryHeartbeat());
            case QUERY_FINISHED -> checkId(event.getQueryFinished().getReaderId());
            case REFERENCE_EDIT -> {
                checkId(event.getReferenceEdit().getReferrer());
                checkVersion(event.getReferenceEdit().getReferrerEpoch());
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
            case HOLD -> {
                checkId(event.getHold().getHoldId());
                checkPrefix(event.getHold().getPathPrefix());
                checkDuration(event.getHold().getExpiresAfter());
            }
            case APPROVAL -> {
                checkId(event.getApproval().getApprovalId());
                // An unset id: the approval accepts no inventory.
                checkShort(event.getApproval().getInventoryId(), Rule.LONG_ID);
            }
            case RETRY -> checkPrefix(event.getRetry().getPathPrefix());
            case EXPEDITE -> checkPrefix(event.getExpedite().getPathPrefix());
            case POLICY_SET -> {
                checkPrefix(event.getPolicySet().getRegionGlob());
                // "a PolicySet at most 16 KiB serialized"
                check(event.getPolicySet().getSerializedSize() <= 16 * 1024, Rule.LARGE_POLICY);
                checkPolicy(event.getPolicySet().getPolicy());
            }
            case TICK -> checkTick(event.getTick());
            case DELETER_FENCE -> checkId(event.getDeleterFence().getNonce());
            case REGION_DROPPED, REGION_RESTORED -> {}
        }
    }

    /** "ids ([…]) and a region's store not empty, its root as a path" */
    private void checkOpened(RegionOpened opened) {
        checkId(opened.getStore());
        checkPath(opened.getRoot());
        checkVersion(opened.getManifestVersion());
    }

    private void checkEdit(ManifestEdit edit) {
        checkVersion(edit.getBaseVersion());
        checkVersion(edit.getVersion());
        checkFiles(edit.getAddedList());
        checkAddedAndRemoved(paths(edit.getAddedList()), edit.getRemovedList());
    }

    /** "chunk 0 names no file and is not the last" */
    private void checkSnapshot(ManifestSnapshot chunk) {
        checkId(chunk.getSnapshotId());
        checkVersion(chunk.getVersion());
        checkFiles(chunk.getFilesList());
        checkChunk(chunk.getChunk(), chunk.getFilesCount(), chunk.getLast());
    }

    private void checkInventory(Inventory chunk) {
        checkId(chunk.getInventoryId());
        checkFiles(chunk.getFilesList());
        checkChunk(chunk.getChunk(), chunk.getFilesCount(), chunk.getLast());
    }

    private void checkChunk(int chunk, int files, boolean last) {
        check(chunk != 0 || files == 0, Rule.CHUNK_0_NAMES_FILES);
        check(chunk != 0 || !last, Rule.CHUNK_0_IS_LAST);
    }

    private void checkHeartbeat(QueryHeartbeat heartbeat) {
        checkId(heartbeat.getReaderId());
        checkTtl(heartbeat.getTtl());
        checkVersion(heartbeat.getAtVersion());
        checkPaths(heartbeat.getFiles().getPathsList());
        if (!heartbeat.getTempManifest().isEmpty()) {
            checkPath(heartbeat.getTempManifest());
        }
    }

    private void checkPolicy(Policy policy) {
        checkDuration(policy.getObsoleteLinger());
        checkDuration(policy.getOrphanLinger());
        checkDuration(policy.getTempLinger());
        checkDuration(policy.getDropLinger());
        // "a ttl and a timeout at most 30 d (a policy's `reader_ttl` and `compaction_timeout`, too)"
        checkTtl(policy.getReaderTtl());
        checkTtl(policy.getCompactionTimeout());
        checkDuration(policy.getRetention());
        // "`retention`, where set, at least 1 ms"
        check(!policy.hasRetention() || Millis.of(policy.getRetention()) >= 1, Rule.RETENTION_BELOW_1_MS);
        check(policy.getDisposition() != Disposition.UNRECOGNIZED, Rule.UNKNOWN_ENUM_VALUE);
        check(policy.getTrigger() != Trigger.UNRECOGNIZED, Rule.UNKNOWN_ENUM_VALUE);
        check(policy.getOrphanConfirmation() != OrphanConfirmation.UNRECOGNIZED, Rule.UNKNOWN_ENUM_VALUE);
        groupsOf(policy.getFilePattern());
        // "with at most 16 companions"
        check(policy.getCompanionsCount() <= 16, Rule.TOO_MANY_COMPANIONS);
        for (Companion companion : policy.getCompanionsList()) {
            int groups = groupsOf(companion.getPattern());
            check(isTemplate(companion.getCompanion(), groups), Rule.BAD_COMPANION);
        }
    }

    /**
     * "patterns at most 1,000 characters, and such that writing out their counted repetitions makes no more than some
     * 10,000 instructions"; "patterns compile".
     *
     * @return the groups of a pattern that keeps the rules, else none
     */
    private int groupsOf(String pattern) {
        if (pattern.length() > 1_000) {
            broken.add(Rule.LONG_PATTERN);
        } else if (PatternSize.of(pattern) > 10_000) {
            broken.add(Rule.LARGE_PATTERN);
        } else {
            try {
                return Pattern.compile(pattern).groupCount();
            } catch (PatternSyntaxException e) {
                broken.add(Rule.BAD_PATTERN);
            }
        }
        return 0;
    }

    /** "in a `companion` each `$` is followed by `$` or the number of a group that the pattern has": `$1` to `$9` */
    private static boolean isTemplate(String template, int groups) {
        String rest = template.replace("$$", "");
        for (int i = rest.indexOf('$'); i >= 0; i = rest.indexOf('$', i + 1)) {
            int group = i + 1 < rest.length() ? rest.charAt(i + 1) - '0' : -1;
            if (group < 1 || group > Math.min(9, groups)) {
                return false;
            }
        }
        return true;
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
        checkShort(id, Rule.LONG_ID);
    }

    /** "at most 256 bytes without control characters" (U+0000 to 1F, 7F to 9F) */
    private void checkShort(String text, Rule rule) {
        check(bytes(text) <= 256, rule);
        check(text.chars().noneMatch(c -> c <= 0x1f || (c >= 0x7f && c <= 0x9f)), Rule.CONTROL_CHARACTER);
    }

    /** "globs and prefixes 1,024" */
    private void checkPrefix(String prefix) {
        check(bytes(prefix) <= 1_024, Rule.LONG_PREFIX);
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** "epochs and versions below 2^63 (a signed -1 is a bug, not a term)" */
    private void checkVersion(long version) {
        check(version >= 0, Rule.VERSION_ABOVE_2_TO_THE_63);
    }

    private void checkFiles(List<FileRef> files) {
        for (FileRef file : files) {
            checkPath(file.getPath());
            // "etags 1,024"
            check(bytes(file.getEtag()) <= 1_024, Rule.LONG_ETAG);
        }
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
        // "every other duration at most 36,525 d"
        check(Millis.of(duration) <= 36_525 * Millis.DAY, Rule.LONG_DURATION);
    }

    /** "a ttl and a timeout at most 30 d" */
    private void checkTtl(Duration duration) {
        checkDuration(duration);
        check(Millis.of(duration) <= 30 * Millis.DAY, Rule.LONG_TTL);
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
