package io.sexton.streams.oracle;

import io.sexton.streams.oracle.NaiveFile.Condemnation;
import io.sexton.streams.oracle.NaiveFile.State;
import io.sexton.streams.oracle.NaiveRegion.Pin;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The protection of a file (section 6): examines every pin, reference and hold. */
final class Protection {

    private final RecordContext context;
    private final NaiveRegion region;

    Protection(RecordContext context) {
        this.context = context;
        this.region = context.region();
    }

    /** Returns the readers whose pins protect the file. */
    static Set<String> readersOf(NaiveRegion region, NaiveFile file) {
        Condemnation condemnation = file.condemnation;
        State state = file.state == State.CONDEMNED && condemnation != null ? condemnation.from : file.state;
        return region.pins.values().stream()
                .filter(pin -> protectedBy(region, pin, file, state) != null)
                .map(pin -> pin.reader)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns whether anything protects the file; a condemned one as in its state before the condemnation. */
    boolean of(NaiveFile file) {
        Condemnation condemnation = file.condemnation;
        State state = file.state == State.CONDEMNED && condemnation != null ? condemnation.from : file.state;
        for (Pin pin : region.pins.values()) {
            Rule rule = protectedBy(region, pin, file, state);
            if (rule != null) {
                context.met(rule);
                return true;
            }
        }
        // "as pins by file list, without a ttl"
        if (region.references.values().stream().anyMatch(reference -> reference.paths.contains(file.path))) {
            context.met(Rule.BLOCKED_REFERENCE);
            return true;
        }
        // "by path prefix (empty: the region), until released, or until `expires_after` has passed"
        if (region.holds.values().stream().anyMatch(hold -> file.path.startsWith(hold.prefix))) {
            context.met(Rule.BLOCKED_HOLD);
            return true;
        }
        return false;
    }

    private static @Nullable Rule protectedBy(NaiveRegion region, Pin pin, NaiveFile file, State state) {
        // "While the pin lives, the path that counts is protected by it."
        if (file.path.equals(pin.tempManifest)) {
            return Rule.BLOCKED_TEMP_MANIFEST;
        }
        Long version = pin.version;
        if (version == null) {
            // "By file list it protects the paths, whatever their state."
            return pin.files.contains(file.path) ? Rule.BLOCKED_PIN_BY_FILES : null;
        }
        Long added = file.added;
        Stamp removed = file.removed;
        boolean addedByThen = added != null && !Stamp.above(added, version);
        if (state == State.OBSOLETE || state == State.UNREFERENCED) {
            // "every OBSOLETE or UNREFERENCED file that has both numbers and added <= v < removed"
            if (addedByThen && removed != null && (removed.infinite() || Stamp.above(removed.version(), version))) {
                return Rule.BLOCKED_PIN_BY_VERSION;
            }
            // "every one whose `removed` is of a later epoch than the pin"
            if (removed != null && Stamp.above(removed.epoch(), pin.epoch)) {
                return Rule.BLOCKED_PIN_BY_LATER_EPOCH;
            }
        }
        // "and LIVE files with added <= v of a gone region"
        return state == State.LIVE && region.gone() && addedByThen
                ? Rule.BLOCKED_PIN_BY_VERSION_OF_A_GONE_REGION
                : null;
    }
}
