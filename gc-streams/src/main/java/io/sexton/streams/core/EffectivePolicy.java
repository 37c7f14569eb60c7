package io.sexton.streams.core;

import com.google.re2j.Pattern;
import io.sexton.fold.core.Times;
import io.sexton.v1.Disposition;
import io.sexton.v1.OrphanConfirmation;
import io.sexton.v1.Policy;
import io.sexton.v1.Trigger;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A policy with its defaults filled in (design, section 3).
 *
 * @param retention {@code null}: keep for ever
 * @param filePattern {@code null}: every path matches
 * @param maxCondemnedPercent of a region's tracked files, in one hour
 * @param approvalFloor so many files in one hour never wait for approval
 */
record EffectivePolicy(
        Duration obsoleteLinger,
        Duration orphanLinger,
        Duration tempLinger,
        Duration dropLinger,
        Duration readerTtl,
        Duration compactionTimeout,
        @Nullable Duration retention,
        Disposition disposition,
        Trigger trigger,
        OrphanConfirmation orphanConfirmation,
        @Nullable Pattern filePattern,
        String companionSuffix,
        long maxCondemnedPercent,
        long approvalFloor) {

    static final EffectivePolicy DEFAULT = of(Policy.getDefaultInstance());

    private static final long DEFAULT_PERCENT = 50;
    private static final long DEFAULT_FLOOR = 1000;

    static EffectivePolicy of(Policy policy) {
        return new EffectivePolicy(
                policy.hasObsoleteLinger() ? Times.of(policy.getObsoleteLinger()) : Duration.ofHours(1),
                policy.hasOrphanLinger() ? Times.of(policy.getOrphanLinger()) : Duration.ofHours(24),
                policy.hasTempLinger() ? Times.of(policy.getTempLinger()) : Duration.ofMinutes(5),
                policy.hasDropLinger() ? Times.of(policy.getDropLinger()) : Duration.ofDays(7),
                policy.hasReaderTtl() ? Times.of(policy.getReaderTtl()) : Duration.ofSeconds(60),
                policy.hasCompactionTimeout() ? Times.of(policy.getCompactionTimeout()) : Duration.ofHours(6),
                policy.hasRetention() ? Times.of(policy.getRetention()) : null,
                policy.getDisposition() == Disposition.DISPOSITION_UNSPECIFIED
                        ? Disposition.DELETE
                        : policy.getDisposition(),
                policy.getTrigger() == Trigger.TRIGGER_UNSPECIFIED ? Trigger.CONTINUOUS : policy.getTrigger(),
                policy.getOrphanConfirmation() == OrphanConfirmation.ORPHAN_CONFIRMATION_UNSPECIFIED
                        ? OrphanConfirmation.SNAPSHOT
                        : policy.getOrphanConfirmation(),
                policy.getFilePattern().isEmpty() ? null : Pattern.compile(policy.getFilePattern()),
                policy.getCompanionSuffix(),
                policy.hasMaxCondemnedPercent()
                        ? Integer.toUnsignedLong(policy.getMaxCondemnedPercent())
                        : DEFAULT_PERCENT,
                policy.hasApprovalFloor() ? Integer.toUnsignedLong(policy.getApprovalFloor()) : DEFAULT_FLOOR);
    }

    boolean isDryRun() {
        return disposition == Disposition.DRY_RUN;
    }

    /** How many files of a region with so many tracked files are condemned in an hour without an approval. */
    long unapproved(long trackedFiles) {
        return Math.max(approvalFloor, trackedFiles * maxCondemnedPercent / 100);
    }
}
