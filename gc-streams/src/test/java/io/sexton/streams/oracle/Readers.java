package io.sexton.streams.oracle;

import io.sexton.streams.oracle.NaiveFile.State;
import io.sexton.streams.oracle.NaiveRegion.Pin;
import io.sexton.streams.oracle.NaiveRegion.Reference;
import io.sexton.v1.QueryHeartbeat;
import io.sexton.v1.QueryHeartbeat.PinCase;
import io.sexton.v1.ReferenceEdit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The pins of readers and references of other regions, with their verdicts (section 6). */
final class Readers {

    private final RecordContext context;
    private final NaiveRegion region;

    Readers(RecordContext context) {
        this.context = context;
        this.region = context.region();
    }

    void heartbeat(QueryHeartbeat heartbeat) {
        String reader = heartbeat.getReaderId();
        Pin living = region.pins.get(reader);
        if (heartbeat.getPinCase() == PinCase.PIN_NOT_SET) {
            if (living == null) {
                // "a touch by an unknown reader is rejected"
                context.met(Rule.PIN_REJECTED_UNKNOWN_TOUCH);
                verdict(reader, false, List.of());
                return;
            }
            context.met(Rule.PIN_TOUCHED);
        } else {
            living = pin(heartbeat, living);
            if (living == null) {
                return;
            }
            living.forCommit = heartbeat.getForCommit();
        }
        // "A heartbeat with a pin creates, changes or renews it; a touch (no pin) renews." "60 s, where a heartbeat
        // names
        // none"
        living.ttl = heartbeat.hasTtl()
                ? Millis.of(heartbeat.getTtl())
                : context.policy().readerTtl();
        // "counted from the first agreeing tick after the fact that began or renewed them"
        living.countedFrom = null;
        if (!heartbeat.getTempManifest().isEmpty()) {
            tempManifest(living, heartbeat.getTempManifest());
        }
    }

    /** Returns the pin after the heartbeat, or null if the heartbeat is rejected. */
    private @Nullable Pin pin(QueryHeartbeat heartbeat, @Nullable Pin living) {
        String reader = heartbeat.getReaderId();
        boolean byVersion = heartbeat.getPinCase() == PinCase.AT_VERSION;
        Pin requested = new Pin(
                reader,
                byVersion ? heartbeat.getAtVersion() : null,
                Set.copyOf(new TreeSet<>(heartbeat.getFiles().getPathsList())),
                region.epoch);
        if (living != null
                && Objects.equals(living.version, requested.version)
                && living.files.equals(requested.files)) {
            // "A repeat of the living pin is always accepted." It stays of the epoch in which it began: else the repeat
            // would give up files that were removed since (I2).
            context.met(Rule.PIN_REPEATED);
            verdict(reader, true, List.of());
            return living;
        }
        List<String> unpinnable = byVersion ? List.of() : unpinnable(requested.files);
        if (!unpinnable.isEmpty() || (byVersion && !versionCanBePinned(heartbeat.getAtVersion()))) {
            // "A rejected change leaves the earlier pin in force"
            if (living != null) {
                context.met(Rule.PIN_REJECTED_CHANGE_KEEPS_THE_EARLIER);
            }
            verdict(reader, false, unpinnable);
            return null;
        }
        context.met(byVersion ? Rule.PIN_BY_VERSION_ACCEPTED : Rule.PIN_BY_FILES_ACCEPTED);
        if (living != null) {
            context.met(Rule.PIN_CHANGED);
            requested.tempManifest = living.tempManifest;
        }
        region.pins.put(reader, requested);
        verdict(reader, true, List.of());
        return requested;
    }

    /** "Rejected: by file list, when one of the paths is CONDEMNED, GONE, or pending". */
    private List<String> unpinnable(Set<String> paths) {
        List<String> unpinnable = new ArrayList<>();
        for (String path : Facts.sorted(paths)) {
            NaiveFile file = region.file(path);
            if (file.state == State.CONDEMNED) {
                context.met(Rule.PIN_REJECTED_CONDEMNED);
                unpinnable.add(path);
            } else if (file.state == State.GONE) {
                context.met(Rule.PIN_REJECTED_GONE);
                unpinnable.add(path);
            } else if (file.pending()) {
                context.met(Rule.PIN_REJECTED_PENDING);
                unpinnable.add(path);
            }
        }
        return unpinnable;
    }

    /**
     * "by version, when the region's version is not known or it has none, is gone or incomplete, v is above its version
     * or below its horizon"
     */
    private boolean versionCanBePinned(long version) {
        Long current = region.version;
        if (region.retentionOnly || region.unversioned) {
            context.met(Rule.PIN_REJECTED_NO_VERSIONS);
            return false;
        }
        if (current == null) {
            context.met(Rule.PIN_REJECTED_VERSION_NOT_KNOWN);
            return false;
        }
        if (region.gone()) {
            context.met(Rule.PIN_REJECTED_REGION_GONE);
            return false;
        }
        if (region.incomplete()) {
            context.met(Rule.PIN_REJECTED_INCOMPLETE);
            return false;
        }
        if (Stamp.above(version, current)) {
            context.met(Rule.PIN_REJECTED_AHEAD);
            return false;
        }
        if (Stamp.above(region.horizon, version)) {
            context.met(Rule.PIN_REJECTED_BELOW_HORIZON);
            return false;
        }
        return true;
    }

    private void verdict(String reader, boolean accepted, List<String> condemned) {
        context.out().add(new Fact.PinVerdict(region.id, reader, accepted, condemned, context.offset()));
    }

    /** "It counts when its heartbeat is accepted; it must then be […], else that path is rejected." */
    private void tempManifest(Pin pin, String path) {
        if (canBeTempManifest(path)) {
            context.met(Rule.TEMP_MANIFEST_COUNTS);
            pin.tempManifest = path;
        } else {
            context.met(Rule.REJECTED_TEMP_MANIFEST);
            context.reject(path);
        }
    }

    /** "unknown, GONE or UNREFERENCED and in no living pin's file list" */
    private boolean canBeTempManifest(String path) {
        return region.file(path).is(State.UNKNOWN, State.GONE, State.UNREFERENCED)
                && region.pins.values().stream().noneMatch(pin -> pin.files.contains(path));
    }

    void finished(String reader) {
        if (region.pins.remove(reader) != null) {
            context.met(Rule.PIN_FINISHED);
        }
    }

    /** A tick "ends pins […] whose time has passed". "'Past' means strictly above". */
    void expire() {
        List<Pin> dead = new ArrayList<>();
        for (Pin pin : region.pins.values()) {
            Long from = pin.countedFrom;
            if (from == null) {
                pin.countedFrom = context.at();
            } else if (context.at() > from + pin.ttl) {
                dead.add(pin);
            }
        }
        dead.forEach(pin -> region.pins.remove(pin.reader));
        for (Pin pin : dead) {
            context.met(Rule.PIN_DIES);
            String tempManifest = pin.tempManifest;
            if (tempManifest != null) {
                // "When the pin dies of old age and that still holds, the file is ABANDONED […]"
                if (canBeTempManifest(tempManifest)) {
                    context.met(Rule.TEMP_MANIFEST_STALE);
                    new FileTable(context).staleTempManifest(tempManifest);
                } else {
                    context.met(Rule.TEMP_MANIFEST_NOT_STALE);
                }
            }
        }
        for (Pin pin : dead) {
            if (pin.forCommit) {
                forCommitDies(pin);
            }
        }
    }

    /**
     * "When a `for_commit` pin by file list dies of old age, its UNREFERENCED, OBSOLETE, ABANDONED and ABORTED files
     * are to be confirmed from then on: a commit may have happened unseen."
     */
    private void forCommitDies(Pin pin) {
        for (String path : pin.files) {
            NaiveFile file = region.file(path);
            if (file.is(State.UNREFERENCED, State.OBSOLETE, State.ABANDONED, State.ABORTED)) {
                context.met(Rule.PIN_FOR_COMMIT_DIES);
                new FileTable(context).toBeConfirmed(file);
            }
        }
    }

    void referenceEdit(ReferenceEdit edit) {
        Reference reference = region.references.computeIfAbsent(edit.getReferrer(), id -> new Reference());
        if (Stamp.above(reference.epoch, edit.getReferrerEpoch())) {
            // "A lower `referrer_epoch` than one seen from that referrer is rejected as a whole (`EventRejected`)."
            context.met(Rule.REJECTED_REFERRER_EPOCH);
            context.countedOnce(Fact.CountedOnce.Kind.EVENT_REJECTED, null);
            return;
        }
        reference.epoch = edit.getReferrerEpoch();
        // "`replace_all` first drops what it had; then removed, then added."
        if (edit.getReplaceAll()) {
            context.met(Rule.REFERENCE_REPLACED);
            reference.paths.clear();
        }
        for (String path : edit.getRemovedList()) {
            if (reference.paths.remove(path)) {
                context.met(Rule.REFERENCE_REMOVED);
            }
        }
        // "paths that are CONDEMNED, GONE or pending are rejected in it, the others hold"
        Set<String> rejected = new TreeSet<>();
        for (String path : edit.getAddedList()) {
            NaiveFile file = region.file(path);
            if (file.state == State.CONDEMNED || file.state == State.GONE || file.pending()) {
                context.met(
                        file.state == State.CONDEMNED
                                ? Rule.REFERENCE_REJECTED_CONDEMNED
                                : file.state == State.GONE
                                        ? Rule.REFERENCE_REJECTED_GONE
                                        : Rule.REFERENCE_REJECTED_PENDING);
                rejected.add(path);
            } else {
                context.met(Rule.REFERENCE_ACCEPTED);
                reference.paths.add(path);
            }
        }
        context.out()
                .add(new Fact.ReferenceVerdict(
                        region.id, edit.getReferrer(), Facts.sorted(rejected), context.offset()));
    }
}
