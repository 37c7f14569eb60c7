package io.sexton.streams.app;

import io.sexton.fold.app.StartupException;
import io.sexton.fold.core.Times;
import io.sexton.streams.core.PartitionFold;
import io.sexton.streams.topology.ConfiguredPolicies;
import io.sexton.v1.Policy;
import io.sexton.v1.PolicySet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads policies from the configuration. */
public final class PolicyOptions {
    private PolicyOptions() {}

    /**
     * What the configuration says.
     *
     * @throws StartupException naming the key that is wrong
     */
    public static ConfiguredPolicies of(StreamsConfiguration configuration) {
        List<PolicySet> policies = new ArrayList<>();
        Set<String> globs = new HashSet<>();
        for (StreamsConfiguration.PolicyEntry entry : configuration.policies()) {
            String key = "sexton.policies[" + policies.size() + "]";
            PolicySet policy = PolicySet.newBuilder()
                    .setRegionGlob(entry.regionGlob())
                    .setPolicy(policy(entry))
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

    private static Policy policy(StreamsConfiguration.PolicyEntry entry) {
        Policy.Builder policy = Policy.newBuilder();
        entry.obsoleteLinger().map(PolicyOptions::toProto).ifPresent(policy::setObsoleteLinger);
        entry.orphanLinger().map(PolicyOptions::toProto).ifPresent(policy::setOrphanLinger);
        entry.tempLinger().map(PolicyOptions::toProto).ifPresent(policy::setTempLinger);
        entry.dropLinger().map(PolicyOptions::toProto).ifPresent(policy::setDropLinger);
        entry.readerTtl().map(PolicyOptions::toProto).ifPresent(policy::setReaderTtl);
        entry.compactionTimeout().map(PolicyOptions::toProto).ifPresent(policy::setCompactionTimeout);
        entry.retention().map(PolicyOptions::toProto).ifPresent(policy::setRetention);
        entry.disposition().ifPresent(policy::setDisposition);
        entry.trigger().ifPresent(policy::setTrigger);
        entry.orphanConfirmation().ifPresent(policy::setOrphanConfirmation);
        entry.filePattern().ifPresent(policy::setFilePattern);
        entry.companionSuffix().ifPresent(policy::setCompanionSuffix);
        entry.maxCondemnedPercent().ifPresent(policy::setMaxCondemnedPercent);
        entry.approvalFloor().ifPresent(policy::setApprovalFloor);
        return policy.build();
    }
}
