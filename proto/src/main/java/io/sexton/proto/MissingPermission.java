package io.sexton.proto;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.resource.ResourceType;
import org.jspecify.annotations.Nullable;

/**
 * A permission that the brokers refused a client: an ACL that an operator has to add.
 *
 * @param principal as an ACL has it, such as {@code User:streams}; or a phrase, where the client does not know it
 * @param resource of what kind
 * @param name of the resource; several are separated by commas
 */
public record MissingPermission(String principal, AclOperation operation, ResourceType resource, String name) {

    /** Only the name: the password beside it is never read. */
    private static final Pattern USER = Pattern.compile("\\busername\\s*=\\s*(?:\"([^\"]*)\"|'([^']*)'|([^\\s;]+))");

    /**
     * Finds the refusal among the causes of a failure.
     *
     * @param operation what was being done to topics; a broker's answer does not name it
     * @param clientConfig of the client that was refused
     */
    public static Optional<MissingPermission> of(
            Throwable failure, AclOperation operation, Map<String, ?> clientConfig) {
        return of(failure, operation, "of this request", clientConfig);
    }

    private static Optional<MissingPermission> of(
            Throwable failure, AclOperation operation, String topic, Map<String, ?> clientConfig) {
        String principal = principalOf(clientConfig);
        return refusal(failure).map(refused -> {
            if (refused instanceof TopicAuthorizationException topics) {
                // An admin client's refusal names none.
                String names = topics.unauthorizedTopics() == null
                                || topics.unauthorizedTopics().isEmpty()
                        ? topic
                        : String.join(",", new TreeSet<>(topics.unauthorizedTopics()));
                return new MissingPermission(principal, operation, ResourceType.TOPIC, names);
            }
            if (refused instanceof GroupAuthorizationException group) {
                return new MissingPermission(
                        principal, AclOperation.READ, ResourceType.GROUP, String.valueOf(group.groupId()));
            }
            if (refused instanceof TransactionalIdAuthorizationException) {
                return new MissingPermission(
                        principal, AclOperation.WRITE, ResourceType.TRANSACTIONAL_ID, "of this client");
            }
            // A producer that may write no topic at all is refused so, for it asks for an id before it names a topic.
            return refused instanceof ClusterAuthorizationException
                    ? new MissingPermission(principal, AclOperation.WRITE, ResourceType.TOPIC, "that it writes")
                    : new MissingPermission(principal, AclOperation.UNKNOWN, ResourceType.UNKNOWN, "unknown");
        });
    }

    /**
     * Returns why a request failed, as a phrase: the permission that is missing, or else the failure's own message.
     *
     * @param operation what was being done to topics
     */
    public static String describe(Throwable failure, AclOperation operation, Map<String, ?> clientConfig) {
        return of(failure, operation, clientConfig)
                .map(MissingPermission::toString)
                .orElseGet(() -> message(failure));
    }

    /**
     * As {@link #describe(Throwable, AclOperation, Map)}, of a request to one topic: an admin client's failure does not
     * name it.
     *
     * @param topic its name, namespace included
     */
    public static String describe(
            Throwable failure, AclOperation operation, String topic, Map<String, ?> clientConfig) {
        return of(failure, operation, topic, clientConfig)
                .map(MissingPermission::toString)
                .orElseGet(() -> message(failure));
    }

    /** Returns the principal that the brokers know a client by, as far as its configuration tells. */
    public static String principalOf(Map<String, ?> clientConfig) {
        Object jaas = clientConfig.get(SaslConfigs.SASL_JAAS_CONFIG);
        Matcher user = USER.matcher(jaas == null ? "" : jaas.toString());
        if (!user.find()) {
            return "the principal of this client";
        }
        for (int group = 1; group <= user.groupCount(); group++) {
            if (user.group(group) != null) {
                return "User:" + user.group(group);
            }
        }
        return "the principal of this client";
    }

    /** Whether a broker refused the request for want of a permission. */
    public static boolean isIn(Throwable failure) {
        return refusal(failure).isPresent();
    }

    private static Optional<AuthorizationException> refusal(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof AuthorizationException refused) {
                return Optional.of(refused);
            }
        }
        return Optional.empty();
    }

    private static String message(Throwable failure) {
        if (failure instanceof ExecutionException && failure.getCause() != null) {
            return message(failure.getCause());
        }
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }

    /** Returns the permission as one line for people. */
    @Override
    public String toString() {
        return principal + " lacks " + operation + " on " + kind() + " " + quoted();
    }

    private String kind() {
        return resource == ResourceType.TRANSACTIONAL_ID
                ? "transactional id"
                : resource == ResourceType.TOPIC && name.contains(",")
                        ? "topics"
                        : resource.name().toLowerCase(Locale.ROOT);
    }

    private String quoted() {
        return name.contains(" ")
                ? name
                : Pattern.compile(",").splitAsStream(name).collect(Collectors.joining("', '", "'", "'"));
    }
}
