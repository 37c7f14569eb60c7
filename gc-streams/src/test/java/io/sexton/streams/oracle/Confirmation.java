package io.sexton.streams.oracle;

import io.sexton.streams.oracle.NaiveFile.State;
import io.sexton.v1.OrphanConfirmation;
import io.sexton.v1.Reason;
import java.util.HashSet;
import java.util.Set;

/** "An UNREFERENCED file is condemned only when it is a candidate and then confirmed" (section 5, "Orphans"). */
final class Confirmation {

    private final Moment moment;
    private final NaiveRegion region;

    Confirmation(Moment moment) {
        this.moment = moment;
        this.region = moment.region();
    }

    boolean confirmed(NaiveFile file, Reason reason) {
        if (!isAsked(file, reason)) {
            return true;
        }
        if (leftAlone(file, reason)) {
            moment.met(moment.policy().patternMatches(file.path) ? Rule.BLOCKED_COMPANION : Rule.BLOCKED_PATTERN);
            return false;
        }
        boolean confirmed = switch (moment.policy().orphanConfirmation()) {
            // "A *listed* file […] needs what INVENTORY asks under SNAPSHOT, too"
            case SNAPSHOT -> bySnapshot(file) && (!file.listed || byInventory(file));
            case INVENTORY -> byInventory(file) && (!region.manifestApplied || bySnapshot(file));
            default -> false;
        };
        if (confirmed && file.listed) {
            moment.met(Rule.CONFIRMED_LISTED);
        }
        moment.met(confirmed ? confirmedBy() : blockedBy(file));
        if (confirmed && reason != Reason.ORPHAN) {
            moment.met(Rule.CONFIRMED_NOT_ORPHAN);
        }
        return confirmed;
    }

    /** "a due file lacks a sound inventory" */
    boolean lacksInventory(NaiveFile file, Reason reason) {
        if (!isAsked(file, reason) || leftAlone(file, reason) || byInventory(file)) {
            return false;
        }
        return switch (moment.policy().orphanConfirmation()) {
            case SNAPSHOT -> file.listed;
            case INVENTORY -> true;
            default -> false;
        };
    }

    /** "a due file lacks a snapshot (where it needs an inventory, once that has confirmed it)" */
    boolean lacksSnapshot(NaiveFile file, Reason reason) {
        if (!isAsked(file, reason) || leftAlone(file, reason) || bySnapshot(file)) {
            return false;
        }
        return switch (moment.policy().orphanConfirmation()) {
            case SNAPSHOT -> !file.listed || byInventory(file);
            case INVENTORY -> region.manifestApplied && byInventory(file);
            default -> false;
        };
    }

    /** Orphans are, and what is "to be confirmed: like orphans, patterns and companions aside". */
    private static boolean isAsked(NaiveFile file, Reason reason) {
        return reason == Reason.ORPHAN || (reason != Reason.REGION_GONE && file.toBeConfirmed);
    }

    /**
     * "A path that does not match `file_pattern`, or one of whose companions is known and not GONE, is left alone and
     * counted; but where an edit or snapshot was ever applied, a companion does not count that is […]".
     */
    private boolean leftAlone(NaiveFile file, Reason reason) {
        return reason == Reason.ORPHAN
                && (!moment.policy().patternMatches(file.path) || aCompanionCounts(file.path, new HashSet<>()));
    }

    /** @param asked the paths whose companions are being looked at: of two that are each other's, neither counts by that */
    private boolean aCompanionCounts(String path, Set<String> asked) {
        if (!asked.add(path)) {
            return false;
        }
        for (String companion : moment.policy().companions(path)) {
            if (counts(region.file(companion), asked)) {
                return true;
            }
        }
        return false;
    }

    /**
     * "a companion does not count that is UNREFERENCED, a candidate itself, protected by nothing, and none of whose own
     * companions counts"
     */
    private boolean counts(NaiveFile companion, Set<String> asked) {
        if (!companion.tracked()) {
            return false;
        }
        if (!region.manifestApplied) {
            moment.met(Rule.COMPANION_COUNTS_WITHOUT_A_MANIFEST);
            return true;
        }
        if (companion.state != State.UNREFERENCED) {
            moment.met(Rule.COMPANION_COUNTS_BY_ITS_STATE);
            return true;
        }
        if (companion.candidateAt == null) {
            moment.met(Rule.COMPANION_COUNTS_NO_CANDIDATE);
            return true;
        }
        if (new Protection(moment).of(companion)) {
            moment.met(Rule.COMPANION_COUNTS_PROTECTED);
            return true;
        }
        if (aCompanionCounts(companion.path, asked)) {
            moment.met(Rule.COMPANION_COUNTS_BY_ITS_OWN);
            return true;
        }
        moment.met(Rule.COMPANION_DOES_NOT_COUNT);
        return false;
    }

    /** "`SNAPSHOT`: the region's confirmation is above the candidate's offset." */
    private boolean bySnapshot(NaiveFile file) {
        Long confirmation = region.confirmation;
        Long candidate = file.candidateAt;
        return confirmation != null && candidate != null && confirmation > candidate;
    }

    /** "a complete and *sound* inventory that named it, after it last changed state, and whose chunk 0 is above [that]" */
    private boolean byInventory(NaiveFile file) {
        Long evidence = file.inventoryEvidence;
        Long candidate = file.candidateAt;
        return evidence != null && candidate != null && evidence > candidate;
    }

    private Rule confirmedBy() {
        if (moment.policy().orphanConfirmation() == OrphanConfirmation.SNAPSHOT) {
            return Rule.CONFIRMED_BY_SNAPSHOT;
        }
        return region.manifestApplied ? Rule.CONFIRMED_BY_INVENTORY_AND_SNAPSHOT : Rule.CONFIRMED_BY_INVENTORY;
    }

    private Rule blockedBy(NaiveFile file) {
        return switch (moment.policy().orphanConfirmation()) {
            case SNAPSHOT ->
                bySnapshot(file) ? Rule.BLOCKED_LISTED_NEEDS_AN_INVENTORY_TOO : Rule.BLOCKED_UNCONFIRMED_SNAPSHOT;
            case INVENTORY ->
                byInventory(file) ? Rule.BLOCKED_INVENTORY_NEEDS_A_SNAPSHOT_TOO : Rule.BLOCKED_UNCONFIRMED_INVENTORY;
            default -> Rule.BLOCKED_UNCONFIRMED_NEVER;
        };
    }
}
