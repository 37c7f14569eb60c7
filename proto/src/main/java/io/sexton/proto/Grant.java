package io.sexton.proto;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;

/**
 * The operations that a principal needs on one resource, or on all resources with a prefix: one ACL for each operation.
 *
 * @param resource kind of the resource
 * @param name name of the resource, or prefix of names; namespace included
 * @param pattern LITERAL or PREFIXED
 * @param operations operations in Kafka's order, without those that another one of them implies
 */
public record Grant(ResourceType resource, String name, PatternType pattern, List<AclOperation> operations) {

    /** Operations that imply DESCRIBE in Kafka's authorizer. */
    private static final Set<AclOperation> IMPLY_DESCRIBE =
            EnumSet.of(AclOperation.READ, AclOperation.WRITE, AclOperation.DELETE, AclOperation.ALTER);

    /** Copies the operations. */
    public Grant {
        operations = List.copyOf(operations);
    }

    /** Returns whether a principal that may not describe a resource certainly lacks this operation on it. */
    static boolean impliesDescribe(AclOperation operation) {
        return operation == AclOperation.DESCRIBE || IMPLY_DESCRIBE.contains(operation);
    }

    /** Returns the operations and those that they imply, as brokers report them. */
    Set<AclOperation> withImplied() {
        EnumSet<AclOperation> all = EnumSet.copyOf(operations);
        if (operations.stream().anyMatch(IMPLY_DESCRIBE::contains)) {
            all.add(AclOperation.DESCRIBE);
        }
        return all;
    }
}
