package io.sexton.service;

import io.sexton.proto.Grant;
import io.sexton.proto.MissingPermission;
import io.sexton.proto.Namespace;
import io.sexton.proto.TopicAdmin;
import io.sexton.proto.TopicFinding;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;

/**
 * The check of a service, before it does anything, that the log is what it must be (design, section 10a) and that the
 * brokers permit what the service does (section 9a).
 */
public final class LogCheck {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Map<String, Object> client;
    private final Namespace namespace;
    private final List<Grant> grants;

    /**
     * @param client configuration of the brokers' connection
     * @param grants the permissions that the service needs
     */
    public LogCheck(Map<String, Object> client, Namespace namespace, List<Grant> grants) {
        this.client = Map.copyOf(client);
        this.namespace = namespace;
        this.grants = List.copyOf(grants);
    }

    /**
     * Returns if the log is usable.
     *
     * @param singleBroker true if the operator accepts that one broker holds everything
     * @throws StartupException with one line that names all problems
     */
    public void requireSound(boolean singleBroker) {
        List<TopicFinding> findings;
        try (TopicAdmin admin = new TopicAdmin(client, namespace, TIMEOUT)) {
            List<MissingPermission> missing = admin.missingPermissions(grants);
            if (!missing.isEmpty()) {
                throw new StartupException(
                        oneLine(missing)
                                + ": the service does not start without it, and nothing is lost; `sexton acls` prints the ACLs");
            }
            findings = admin.check(singleBroker);
        } catch (StartupException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new StartupException("the topics cannot be checked: " + e.getMessage(), e);
        }
        if (!findings.isEmpty()) {
            throw new StartupException("the log would break a promise: "
                    + findings.stream().map(TopicFinding::toString).collect(Collectors.joining("; ")));
        }
    }

    /**
     * Returns what is missing, as one line, if a broker has refused a request of this service.
     *
     * @param failure of the service
     * @return empty if it failed for another reason
     */
    public Optional<String> refusal(Throwable failure) {
        boolean isRefusal = MissingPermission.isIn(failure);
        if (!isRefusal && !hasUnexpectedError(failure)) {
            return Optional.empty();
        }
        try (TopicAdmin admin = new TopicAdmin(client, namespace, TIMEOUT)) {
            List<MissingPermission> missing = admin.missingPermissions(grants);
            if (!missing.isEmpty()) {
                return Optional.of(oneLine(missing));
            }
        } catch (RuntimeException e) {
            // The refusal itself has to do.
        }
        return isRefusal
                ? Optional.of(MissingPermission.describe(failure, AclOperation.UNKNOWN, client))
                : Optional.empty();
    }

    /**
     * Returns true if a client received an error that its protocol does not expect, which may be a refusal: a producer
     * reports the missing READ on a topic whose offsets it commits like this (see {@code TxnOffsetCommitHandler} of
     * Kafka's {@code TransactionManager}).
     */
    private static boolean hasUnexpectedError(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getClass() == KafkaException.class;
    }

    private static String oneLine(List<MissingPermission> missing) {
        return missing.stream().map(MissingPermission::toString).collect(Collectors.joining("; "));
    }
}
