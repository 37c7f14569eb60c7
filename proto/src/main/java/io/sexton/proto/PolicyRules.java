package io.sexton.proto;

import static io.sexton.proto.FieldProblem.duration;
import static io.sexton.proto.FieldProblem.first;
import static io.sexton.proto.FieldProblem.text;
import static io.sexton.proto.FieldProblem.ttl;

import com.google.protobuf.Duration;
import io.sexton.v1.Companion;
import io.sexton.v1.Disposition;
import io.sexton.v1.OrphanConfirmation;
import io.sexton.v1.Policy;
import io.sexton.v1.PolicySet;
import io.sexton.v1.Trigger;
import org.jspecify.annotations.Nullable;

/** The part of {@link EventRules} that concerns policies. */
final class PolicyRules {
    /** Largest PolicySet, in bytes of protobuf's wire format. Each partition keeps up to a thousand. */
    private static final int MAX_BYTES = 16 * 1024;

    private static final int MAX_COMPANIONS = 16;
    private static final int MAX_PATTERN_CHARS = 1_000;
    private static final int NANOS_PER_MILLISECOND = 1_000_000;

    private PolicyRules() {}

    static @Nullable FieldProblem problemWith(PolicySet set) {
        if (set.getSerializedSize() > MAX_BYTES) {
            return new FieldProblem("policy_set", "is larger than " + MAX_BYTES + " bytes");
        }
        return first(text("policy_set.region_glob", set.getRegionGlob()), problemWith(set.getPolicy()));
    }

    private static @Nullable FieldProblem problemWith(Policy policy) {
        return first(
                duration("policy_set.policy.obsolete_linger", policy.getObsoleteLinger()),
                duration("policy_set.policy.orphan_linger", policy.getOrphanLinger()),
                duration("policy_set.policy.temp_linger", policy.getTempLinger()),
                duration("policy_set.policy.drop_linger", policy.getDropLinger()),
                ttl("policy_set.policy.reader_ttl", policy.getReaderTtl()),
                ttl("policy_set.policy.compaction_timeout", policy.getCompactionTimeout()),
                duration("policy_set.policy.retention", policy.getRetention()),
                policy.hasRetention() ? atLeastOneMillisecond(policy.getRetention()) : null,
                unknownValue(policy),
                pattern("policy_set.policy.file_pattern", policy.getFilePattern()),
                companions(policy));
    }

    /** Checks the retention. WARNING: with a retention of 0 every file would expire at once. */
    private static @Nullable FieldProblem atLeastOneMillisecond(Duration retention) {
        return retention.getSeconds() == 0 && retention.getNanos() < NANOS_PER_MILLISECOND
                ? new FieldProblem("policy_set.policy.retention", "is shorter than 1 ms")
                : null;
    }

    /** Rejects enum values of newer versions, whose meaning is unknown (I5). */
    private static @Nullable FieldProblem unknownValue(Policy policy) {
        if (policy.getDisposition() == Disposition.UNRECOGNIZED) {
            return unknown("policy_set.policy.disposition");
        }
        if (policy.getTrigger() == Trigger.UNRECOGNIZED) {
            return unknown("policy_set.policy.trigger");
        }
        if (policy.getOrphanConfirmation() == OrphanConfirmation.UNRECOGNIZED) {
            return unknown("policy_set.policy.orphan_confirmation");
        }
        return null;
    }

    private static FieldProblem unknown(String field) {
        return new FieldProblem(field, "is one that this version does not know");
    }

    private static @Nullable FieldProblem companions(Policy policy) {
        if (policy.getCompanionsCount() > MAX_COMPANIONS) {
            return new FieldProblem("policy_set.policy.companions", "are more than " + MAX_COMPANIONS);
        }
        for (int i = 0; i < policy.getCompanionsCount(); i++) {
            Companion companion = policy.getCompanions(i);
            FieldProblem problem = pattern("policy_set.policy.companions[" + i + "].pattern", companion.getPattern());
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    private static @Nullable FieldProblem pattern(String field, String pattern) {
        return pattern.codePointCount(0, pattern.length()) > MAX_PATTERN_CHARS
                ? new FieldProblem(field, "is longer than " + MAX_PATTERN_CHARS + " characters")
                : null;
    }
}
