package io.sexton.proto;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;

/**
 * What a principal must be allowed to do to one resource, or to all whose names begin alike: one ACL for each operation.
 *
 * @param resource of what kind
 * @param name of the resource, namespace included; or what the names begin with
 * @param pattern LITERAL or PREFIXED
 * @param operations without those that another one of them implies, in Kafka's order
 */
public record Grant(ResourceType resource, String name, PatternType pattern, List<AclOperation> operations) {

    /** Kafka lets whoever may do one of these to a resource describe it, too. */
    private static final Set<AclOperation> IMPLY_DESCRIBE =
            EnumSet.of(AclOperation.READ, AclOperation.WRITE, AclOperation.DELETE, AclOperation.ALTER);

    /** Copies the operations. */
    public Grant {
        operations = List.copyOf(operations);
    }

    /** Whether a principal that may not describe a resource certainly lacks this operation on it. */
    static boolean impliesDescribe(AclOperation operation) {
        return operation == AclOperation.DESCRIBE || IMPLY_DESCRIBE.contains(operation);
    }

    /** Returns the operations with those that they imply, as a broker names them. */
    Set<AclOperation> withImplied() {
        EnumSet<AclOperation> all = EnumSet.copyOf(operations);
        if (operations.stream().anyMatch(IMPLY_DESCRIBE::contains)) {
            all.add(AclOperation.DESCRIBE);
        }
        return all;
    }
}
