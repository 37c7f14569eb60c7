package io.sexton.streams.oracle;

import io.sexton.streams.oracle.NaiveFile.State;
import io.sexton.v1.OrphanConfirmation;
import io.sexton.v1.Reason;

/** "An UNREFERENCED file is condemned only when it is a candidate and then confirmed" (section 5, Orphans). */
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
            case SNAPSHOT -> bySnapshot(file);
            case INVENTORY -> byInventory(file) && (!region.manifestApplied || bySnapshot(file));
            default -> false;
        };
        moment.met(confirmed ? confirmedBy() : blockedBy(file));
        if (confirmed && reason != Reason.ORPHAN) {
            moment.met(Rule.CONFIRMED_NOT_ORPHAN);
        }
        return confirmed;
    }

    /** "a due file lacks a snapshot (under INVENTORY: once an inventory has confirmed it)" */
    boolean lacksSnapshot(NaiveFile file, Reason reason) {
        if (file.state == State.CONDEMNED || !isAsked(file, reason) || leftAlone(file, reason) || bySnapshot(file)) {
            return false;
        }
        return switch (moment.policy().orphanConfirmation()) {
            case SNAPSHOT -> true;
            case INVENTORY -> region.manifestApplied && byInventory(file);
            default -> false;
        };
    }

    /** Orphans are, and what is "to be confirmed: like orphans, patterns and companions aside". */
    private static boolean isAsked(NaiveFile file, Reason reason) {
        return reason == Reason.ORPHAN || (reason != Reason.REGION_GONE && file.toBeConfirmed);
    }

    /**
     * "A path that does not match `file_pattern`, or whose companion (`path + companion_suffix`, or the path without it)
     * is known and not GONE, is left alone and counted."
     */
    private boolean leftAlone(NaiveFile file, Reason reason) {
        return reason == Reason.ORPHAN && (!moment.policy().patternMatches(file.path) || hasCompanion(file.path));
    }

    private boolean hasCompanion(String path) {
        String suffix = moment.policy().companionSuffix();
        if (suffix.isEmpty()) {
            return false;
        }
        return region.file(path + suffix).tracked()
                || (path.endsWith(suffix)
                        && region.file(path.substring(0, path.length() - suffix.length()))
                                .tracked());
    }

    /** "`SNAPSHOT`: the region's confirmation is above the candidate's offset." */
    private boolean bySnapshot(NaiveFile file) {
        Long confirmation = region.confirmation;
        Long candidate = file.candidateAt;
        return confirmation != null && candidate != null && confirmation > candidate;
    }

    /** "`INVENTORY`: a complete inventory named it whose chunk 0 is above that offset". */
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
            case SNAPSHOT -> Rule.BLOCKED_UNCONFIRMED_SNAPSHOT;
            case INVENTORY ->
                byInventory(file) ? Rule.BLOCKED_INVENTORY_NEEDS_A_SNAPSHOT_TOO : Rule.BLOCKED_UNCONFIRMED_INVENTORY;
            default -> Rule.BLOCKED_UNCONFIRMED_NEVER;
        };
    }
}
