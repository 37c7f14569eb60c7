package io.sexton.streams.model;

import com.google.re2j.Pattern;
import io.sexton.proto.FilePath;
import io.sexton.proto.Times;
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
 * @param companions the rule for the files that belong to a file by its name
 * @param maxCondemnedPercent of a region's LIVE and OBSOLETE files, in one hour
 * @param approvalFloor number of files in one hour that never wait for approval
 */
public record EffectivePolicy(
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
        Companions companions,
        long maxCondemnedPercent,
        long approvalFloor) {

    public static final EffectivePolicy DEFAULT = of(Policy.getDefaultInstance());

    private static final long DEFAULT_PERCENT = 50;
    private static final long DEFAULT_FLOOR = 1000;

    public static EffectivePolicy of(Policy policy) {
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
                Companions.of(policy),
                policy.hasMaxCondemnedPercent()
                        ? Integer.toUnsignedLong(policy.getMaxCondemnedPercent())
                        : DEFAULT_PERCENT,
                policy.hasApprovalFloor() ? Integer.toUnsignedLong(policy.getApprovalFloor()) : DEFAULT_FLOOR);
    }

    public boolean isDryRun() {
        return disposition == Disposition.DRY_RUN;
    }

    /** Returns whether a file of this path may be an orphan or expire. */
    public boolean concerns(FilePath path) {
        return filePattern == null || filePattern.matches(path.value());
    }

    /**
     * Returns the number of files that may be condemned in an hour without approval, for so many LIVE and OBSOLETE
     * files.
     */
    public long unapproved(long countedFiles) {
        return Math.max(approvalFloor, countedFiles * maxCondemnedPercent / 100);
    }
}
