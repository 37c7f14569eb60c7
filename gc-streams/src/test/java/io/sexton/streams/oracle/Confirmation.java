package io.sexton.streams.oracle;

import io.sexton.streams.oracle.NaiveFile.State;
import io.sexton.v1.OrphanConfirmation;
import io.sexton.v1.Reason;
import java.util.HashSet;
import java.util.Set;

/** "An UNREFERENCED file is condemned only when it is a candidate and then confirmed" (section 5, "Orphans"). */
final class Confirmation {

    private final RecordContext context;
    private final NaiveRegion region;

    Confirmation(RecordContext context) {
        this.context = context;
        this.region = context.region();
    }

    boolean confirmed(NaiveFile file, Reason reason) {
        if (!needsConfirmation(file, reason)) {
            return true;
        }
        if (leftAlone(file, reason)) {
            context.met(context.policy().patternMatches(file.path) ? Rule.BLOCKED_COMPANION : Rule.BLOCKED_PATTERN);
            return false;
        }
        boolean confirmed = switch (context.policy().orphanConfirmation()) {
            // "A *listed* file […] needs what INVENTORY asks under SNAPSHOT, too"
            case SNAPSHOT -> bySnapshot(file) && (!file.listed || byInventory(file));
            case INVENTORY -> byInventory(file) && (!region.manifestApplied || bySnapshot(file));
            default -> false;
        };
        if (confirmed && file.listed) {
            context.met(Rule.CONFIRMED_LISTED);
        }
        context.met(confirmed ? confirmedBy() : blockedBy(file));
        if (confirmed && reason != Reason.ORPHAN) {
            context.met(Rule.CONFIRMED_NOT_ORPHAN);
        }
        return confirmed;
    }

    /** "a due file lacks a sound inventory" */
    boolean lacksInventory(NaiveFile file, Reason reason) {
        if (!needsConfirmation(file, reason) || leftAlone(file, reason) || byInventory(file)) {
            return false;
        }
        return switch (context.policy().orphanConfirmation()) {
            case SNAPSHOT -> file.listed;
            case INVENTORY -> true;
            default -> false;
        };
    }

    /** "a due file lacks a snapshot (where it needs an inventory, once that has confirmed it)" */
    boolean lacksSnapshot(NaiveFile file, Reason reason) {
        if (!needsConfirmation(file, reason) || leftAlone(file, reason) || bySnapshot(file)) {
            return false;
        }
        return switch (context.policy().orphanConfirmation()) {
            case SNAPSHOT -> !file.listed || byInventory(file);
            case INVENTORY -> region.manifestApplied && byInventory(file);
            default -> false;
        };
    }

    /**
     * Returns whether the file needs it: an orphan, or one "to be confirmed: like orphans, patterns and companions
     * aside".
     */
    private static boolean needsConfirmation(NaiveFile file, Reason reason) {
        return reason == Reason.ORPHAN || (reason != Reason.REGION_GONE && file.toBeConfirmed);
    }

    /**
     * "A path that does not match `file_pattern`, or one of whose companions is known and not GONE, is left alone and
     * counted; but where an edit or snapshot was ever applied, a companion does not count that is […]".
     */
    private boolean leftAlone(NaiveFile file, Reason reason) {
        return reason == Reason.ORPHAN
                && (!context.policy().patternMatches(file.path) || aCompanionCounts(file.path, new HashSet<>()));
    }

    /**
     * @param visited the paths whose companions are being examined: two companions of each other do not count by that
     */
    private boolean aCompanionCounts(String path, Set<String> visited) {
        if (!visited.add(path)) {
            return false;
        }
        for (String companion : context.policy().companions(path)) {
            if (counts(region.file(companion), visited)) {
                return true;
            }
        }
        return false;
    }

    /**
     * "a companion does not count that is UNREFERENCED, a candidate itself, protected by nothing, and none of whose own
     * companions counts"
     */
    private boolean counts(NaiveFile companion, Set<String> visited) {
        if (!companion.tracked()) {
            return false;
        }
        if (!region.manifestApplied) {
            context.met(Rule.COMPANION_COUNTS_WITHOUT_A_MANIFEST);
            return true;
        }
        if (companion.state != State.UNREFERENCED) {
            context.met(Rule.COMPANION_COUNTS_BY_ITS_STATE);
            return true;
        }
        if (companion.candidateAt == null) {
            context.met(Rule.COMPANION_COUNTS_NO_CANDIDATE);
            return true;
        }
        if (new Protection(context).of(companion)) {
            context.met(Rule.COMPANION_COUNTS_PROTECTED);
            return true;
        }
        if (aCompanionCounts(companion.path, visited)) {
            context.met(Rule.COMPANION_COUNTS_BY_ITS_OWN);
            return true;
        }
        context.met(Rule.COMPANION_DOES_NOT_COUNT);
        return false;
    }

    /** "`SNAPSHOT`: the region's confirmation is above the candidate's offset." */
    private boolean bySnapshot(NaiveFile file) {
        Long confirmation = region.confirmation;
        Long candidate = file.candidateAt;
        return confirmation != null && candidate != null && confirmation > candidate;
    }

    /**
     * "a complete and *sound* inventory that named it, after it last changed state, and whose chunk 0 is above [that]"
     */
    private boolean byInventory(NaiveFile file) {
        Long evidence = file.inventoryEvidence;
        Long candidate = file.candidateAt;
        return evidence != null && candidate != null && evidence > candidate;
    }

    private Rule confirmedBy() {
        if (context.policy().orphanConfirmation() == OrphanConfirmation.SNAPSHOT) {
            return Rule.CONFIRMED_BY_SNAPSHOT;
        }
        return region.manifestApplied ? Rule.CONFIRMED_BY_INVENTORY_AND_SNAPSHOT : Rule.CONFIRMED_BY_INVENTORY;
    }

    private Rule blockedBy(NaiveFile file) {
        return switch (context.policy().orphanConfirmation()) {
            case SNAPSHOT ->
                bySnapshot(file) ? Rule.BLOCKED_LISTED_NEEDS_AN_INVENTORY_TOO : Rule.BLOCKED_UNCONFIRMED_SNAPSHOT;
            case INVENTORY ->
                byInventory(file) ? Rule.BLOCKED_INVENTORY_NEEDS_A_SNAPSHOT_TOO : Rule.BLOCKED_UNCONFIRMED_INVENTORY;
            default -> Rule.BLOCKED_UNCONFIRMED_NEVER;
        };
    }
}
