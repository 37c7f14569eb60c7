package io.sexton.streams.oracle;

import com.google.protobuf.Duration;
import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.sexton.proto.FilePath;
import io.sexton.v1.Companion;
import io.sexton.v1.Disposition;
import io.sexton.v1.OrphanConfirmation;
import io.sexton.v1.Policy;
import io.sexton.v1.PolicySet;
import io.sexton.v1.Trigger;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** The policies of one partition, in the order in which they were set. */
final class NaivePolicies {

    private final List<PolicySet> sets = new ArrayList<>();

    /** "[PolicySet] without a policy: the glob's is taken away" (section 3). */
    void set(PolicySet set) {
        sets.removeIf(other -> other.getRegionGlob().equals(set.getRegionGlob()));
        if (set.hasPolicy()) {
            sets.add(set);
        }
    }

    /**
     * "at most 1,000 globs in a partition (the empty one and `*` are two; a PolicySet for one more is a dead letter)"
     */
    boolean hasRoomFor(PolicySet set) {
        return !set.hasPolicy()
                || sets.size() < 1_000
                || sets.stream().anyMatch(other -> other.getRegionGlob().equals(set.getRegionGlob()));
    }

    /** "Of several `PolicySet` globs that match a region the one set last wins, its unset fields at their defaults." */
    InForce of(String region) {
        Policy policy = Policy.getDefaultInstance();
        for (PolicySet set : sets) {
            String glob = set.getRegionGlob().isEmpty() ? "*" : set.getRegionGlob();
            if (globMatches(glob, region)) {
                policy = set.getPolicy();
            }
        }
        return new InForce(policy);
    }

    /** "Glob: `*` any run of characters, `?` one; empty means `*`." */
    static boolean globMatches(String glob, String text) {
        if (glob.isEmpty()) {
            return text.isEmpty();
        }
        if (glob.charAt(0) == '*') {
            return globMatches(glob.substring(1), text) || (!text.isEmpty() && globMatches(glob, text.substring(1)));
        }
        return !text.isEmpty()
                && (glob.charAt(0) == '?' || glob.charAt(0) == text.charAt(0))
                && globMatches(glob.substring(1), text.substring(1));
    }

    /** A policy with the defaults of section 3 for its unset fields. */
    record InForce(Policy policy) {

        long obsoleteLinger() {
            return orElse(policy.hasObsoleteLinger(), policy.getObsoleteLinger(), Millis.HOUR);
        }

        long orphanLinger() {
            return orElse(policy.hasOrphanLinger(), policy.getOrphanLinger(), 24 * Millis.HOUR);
        }

        long tempLinger() {
            return orElse(policy.hasTempLinger(), policy.getTempLinger(), 5 * Millis.MINUTE);
        }

        long dropLinger() {
            return orElse(policy.hasDropLinger(), policy.getDropLinger(), 7 * Millis.DAY);
        }

        long readerTtl() {
            return orElse(policy.hasReaderTtl(), policy.getReaderTtl(), 60 * Millis.SECOND);
        }

        long compactionTimeout() {
            return orElse(policy.hasCompactionTimeout(), policy.getCompactionTimeout(), 6 * Millis.HOUR);
        }

        /** "retention-only regions; unset = keep for ever" */
        OptionalLong retention() {
            return policy.hasRetention() ? OptionalLong.of(Millis.of(policy.getRetention())) : OptionalLong.empty();
        }

        Disposition disposition() {
            return policy.getDisposition() == Disposition.DISPOSITION_UNSPECIFIED
                    ? Disposition.DELETE
                    : policy.getDisposition();
        }

        Trigger trigger() {
            return policy.getTrigger() == Trigger.TRIGGER_UNSPECIFIED ? Trigger.CONTINUOUS : policy.getTrigger();
        }

        OrphanConfirmation orphanConfirmation() {
            return policy.getOrphanConfirmation() == OrphanConfirmation.ORPHAN_CONFIRMATION_UNSPECIFIED
                    ? OrphanConfirmation.SNAPSHOT
                    : policy.getOrphanConfirmation();
        }

        /** "`file_pattern`: RE2 syntax, matches the whole path; empty means all." */
        boolean patternMatches(String path) {
            return policy.getFilePattern().isEmpty() || Pattern.matches(policy.getFilePattern(), path);
        }

        /**
         * "Companions of a path: `path + companion_suffix`, the path without it, and for each of `companions` whose
         * pattern matches the whole path what its `companion` gives" (section 5).
         */
        List<String> companions(String path) {
            List<String> companions = new ArrayList<>();
            String suffix = policy.getCompanionSuffix();
            if (!suffix.isEmpty()) {
                companions.add(path + suffix);
                if (path.endsWith(suffix)) {
                    companions.add(path.substring(0, path.length() - suffix.length()));
                }
            }
            for (Companion companion : policy.getCompanionsList()) {
                Matcher matcher = Pattern.compile(companion.getPattern()).matcher(path);
                if (matcher.matches()) {
                    companions.add(filledIn(companion.getCompanion(), matcher));
                }
            }
            // "a result that is the path itself or no valid path is none"
            companions.removeIf(companion ->
                    companion.equals(path) || FilePath.problemWith(companion).isPresent());
            return companions;
        }

        /** "with `$1` to `$9` replaced by the groups (`$$` is a dollar sign […])" */
        private static String filledIn(String template, Matcher matcher) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < template.length(); i++) {
                if (template.charAt(i) != '$') {
                    text.append(template.charAt(i));
                } else {
                    i++;
                    char next = template.charAt(i);
                    String group = next == '$' ? "$" : matcher.group(next - '0');
                    text.append(group == null ? "" : group);
                }
            }
            return text.toString();
        }

        /** "50: more of a region's files in an hour waits for approval" */
        long maxCondemnedPercent() {
            return policy.hasMaxCondemnedPercent() ? Integer.toUnsignedLong(policy.getMaxCondemnedPercent()) : 50;
        }

        /** "1000: up to this many never wait" */
        long approvalFloor() {
            return policy.hasApprovalFloor() ? Integer.toUnsignedLong(policy.getApprovalFloor()) : 1000;
        }

        private static long orElse(boolean set, Duration duration, long otherwise) {
            return set ? Millis.of(duration) : otherwise;
        }
    }
}
