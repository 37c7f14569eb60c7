package io.sexton.streams.app;

import io.sexton.proto.Times;
import io.sexton.service.StartupException;
import io.sexton.streams.apply.PartitionFold;
import io.sexton.streams.topology.ConfiguredPolicies;
import io.sexton.v1.Disposition;
import io.sexton.v1.OrphanConfirmation;
import io.sexton.v1.Policy;
import io.sexton.v1.PolicySet;
import io.sexton.v1.Trigger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The parser of policies in the configuration. */
public final class PolicyOptions {
    // Without the schema's values for "unspecified" and "unrecognized", which a configuration cannot mean.
    private static final List<Disposition> DISPOSITIONS =
            List.of(Disposition.DELETE, Disposition.TRASH, Disposition.ARCHIVE, Disposition.DRY_RUN);
    private static final List<Trigger> TRIGGERS = List.of(Trigger.CONTINUOUS, Trigger.ON_COMPACTION);
    private static final List<OrphanConfirmation> ORPHAN_CONFIRMATIONS =
            List.of(OrphanConfirmation.SNAPSHOT, OrphanConfirmation.INVENTORY, OrphanConfirmation.NEVER);

    private PolicyOptions() {}

    /**
     * Returns the policies of the configuration.
     *
     * @throws StartupException if a policy is invalid; it names the key
     */
    public static ConfiguredPolicies of(StreamsConfiguration configuration) {
        List<PolicySet> policies = new ArrayList<>();
        Set<String> globs = new HashSet<>();
        for (StreamsConfiguration.PolicyEntry entry : configuration.policies()) {
            String key = "sexton.policies[" + policies.size() + "]";
            PolicySet policy = PolicySet.newBuilder()
                    .setRegionGlob(entry.regionGlob())
                    .setPolicy(policy(key, entry))
                    .build();
            Optional<String> problem = PartitionFold.problemWith(policy);
            if (problem.isPresent()) {
                throw new StartupException(key + ": " + problem.get());
            }
            if (!globs.add(policy.getRegionGlob())) {
                throw new StartupException(key + ".region-glob: '" + policy.getRegionGlob() + "' stands twice");
            }
            policies.add(policy);
        }
        return new ConfiguredPolicies(policies);
    }

    private static com.google.protobuf.Duration toProto(Duration duration) {
        return Times.toProto(duration);
    }

    /** Returns the enum value of a name in the configuration. */
    private static <E extends Enum<E>> E valueOf(String key, String text, List<E> values) {
        String name = text.strip().replace('-', '_').toUpperCase(Locale.ROOT);
        return values.stream()
                .filter(value -> value.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new StartupException(key + ": '" + text + "' is none of "
                        + values.stream().map(Enum::name).collect(Collectors.joining(", "))));
    }

    private static Policy policy(String key, StreamsConfiguration.PolicyEntry entry) {
        Policy.Builder policy = Policy.newBuilder();
        entry.obsoleteLinger().map(PolicyOptions::toProto).ifPresent(policy::setObsoleteLinger);
        entry.orphanLinger().map(PolicyOptions::toProto).ifPresent(policy::setOrphanLinger);
        entry.tempLinger().map(PolicyOptions::toProto).ifPresent(policy::setTempLinger);
        entry.dropLinger().map(PolicyOptions::toProto).ifPresent(policy::setDropLinger);
        entry.readerTtl().map(PolicyOptions::toProto).ifPresent(policy::setReaderTtl);
        entry.compactionTimeout().map(PolicyOptions::toProto).ifPresent(policy::setCompactionTimeout);
        entry.retention().map(PolicyOptions::toProto).ifPresent(policy::setRetention);
        entry.disposition()
                .map(text -> valueOf(key + ".disposition", text, DISPOSITIONS))
                .ifPresent(policy::setDisposition);
        entry.trigger().map(text -> valueOf(key + ".trigger", text, TRIGGERS)).ifPresent(policy::setTrigger);
        entry.orphanConfirmation()
                .map(text -> valueOf(key + ".orphan-confirmation", text, ORPHAN_CONFIRMATIONS))
                .ifPresent(policy::setOrphanConfirmation);
        entry.filePattern().ifPresent(policy::setFilePattern);
        entry.companionSuffix().ifPresent(policy::setCompanionSuffix);
        entry.maxCondemnedPercent().ifPresent(policy::setMaxCondemnedPercent);
        entry.approvalFloor().ifPresent(policy::setApprovalFloor);
        return policy.build();
    }
}
