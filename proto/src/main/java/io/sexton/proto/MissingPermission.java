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
 * A permission that a client lacks: an ACL that an operator must add.
 *
 * @param principal principal of the ACL, such as {@code User:streams}; or a phrase, if the client does not know it
 * @param resource kind of the resource
 * @param name name of the resource; several are separated by commas
 */
public record MissingPermission(String principal, AclOperation operation, ResourceType resource, String name) {

    /** Matches the name only: the password beside it is never read. */
    private static final Pattern USER = Pattern.compile("\\busername\\s*=\\s*(?:\"([^\"]*)\"|'([^']*)'|([^\\s;]+))");

    /**
     * Returns the missing permission if the failure was caused by one.
     *
     * @param operation operation on topics that failed; the response of a broker does not name it
     * @param clientConfig configuration of the client
     */
    public static Optional<MissingPermission> of(
            Throwable failure, AclOperation operation, Map<String, ?> clientConfig) {
        return of(failure, operation, "of this request", clientConfig);
    }

    private static Optional<MissingPermission> of(
            Throwable failure, AclOperation operation, String topic, Map<String, ?> clientConfig) {
        String principal = principalOf(clientConfig);
        return authorizationFailure(failure).map(denied -> {
            if (denied instanceof TopicAuthorizationException topics) {
                // The failure of an admin client names no topic.
                String names = topics.unauthorizedTopics() == null
                                || topics.unauthorizedTopics().isEmpty()
                        ? topic
                        : String.join(",", new TreeSet<>(topics.unauthorizedTopics()));
                return new MissingPermission(principal, operation, ResourceType.TOPIC, names);
            }
            if (denied instanceof GroupAuthorizationException group) {
                return new MissingPermission(
                        principal, AclOperation.READ, ResourceType.GROUP, String.valueOf(group.groupId()));
            }
            if (denied instanceof TransactionalIdAuthorizationException) {
                return new MissingPermission(
                        principal, AclOperation.WRITE, ResourceType.TRANSACTIONAL_ID, "of this client");
            }
            // A producer that may write no topic at all fails here: it requests an id before it names a topic.
            return denied instanceof ClusterAuthorizationException
                    ? new MissingPermission(principal, AclOperation.WRITE, ResourceType.TOPIC, "that it writes")
                    : new MissingPermission(principal, AclOperation.UNKNOWN, ResourceType.UNKNOWN, "unknown");
        });
    }

    /**
     * Returns the reason for a failed request, as a phrase: the missing permission, or else the failure's message.
     *
     * @param operation operation on topics that failed
     */
    public static String describe(Throwable failure, AclOperation operation, Map<String, ?> clientConfig) {
        return of(failure, operation, clientConfig)
                .map(MissingPermission::toString)
                .orElseGet(() -> message(failure));
    }

    /**
     * Returns the reason for a failed request to one topic, which the failure of an admin client does not name; otherwise
     * as {@link #describe(Throwable, AclOperation, Map)}.
     *
     * @param topic name of the topic, namespace included
     */
    public static String describe(
            Throwable failure, AclOperation operation, String topic, Map<String, ?> clientConfig) {
        return of(failure, operation, topic, clientConfig)
                .map(MissingPermission::toString)
                .orElseGet(() -> message(failure));
    }

    /** Returns the principal of a client, if its configuration contains it, or else a phrase. */
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

    /** Returns whether a request failed because of a missing permission. */
    public static boolean isIn(Throwable failure) {
        return authorizationFailure(failure).isPresent();
    }

    private static Optional<AuthorizationException> authorizationFailure(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof AuthorizationException denied) {
                return Optional.of(denied);
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
