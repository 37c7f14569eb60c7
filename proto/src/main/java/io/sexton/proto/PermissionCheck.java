package io.sexton.proto;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.jspecify.annotations.Nullable;

/**
 * The comparison of the permissions that a principal needs with those that the brokers grant it. Read-only. Resources
 * that do not exist yet are left out: the request that creates them will fail without a permission.
 */
final class PermissionCheck {

    private final Admin admin;
    private final String principal;
    private final Duration timeout;
    private final List<MissingPermission> missing = new ArrayList<>();

    private PermissionCheck(Admin admin, String principal, Duration timeout) {
        this.admin = admin;
        this.principal = principal;
        this.timeout = timeout;
    }

    /**
     * Returns the permissions that are missing.
     *
     * @throws TopicsUnavailableException if the brokers do not answer
     */
    static List<MissingPermission> missing(Admin admin, List<Grant> grants, String principal, Duration timeout) {
        PermissionCheck check = new PermissionCheck(admin, principal, timeout);
        grants.forEach(check::compare);
        return List.copyOf(check.missing);
    }

    private void compare(Grant grant) {
        switch (grant.resource()) {
            case TOPIC -> topics(grant).forEach(topic -> compareTopic(grant, topic));
            case GROUP -> compareGroup(grant);
            case TRANSACTIONAL_ID -> compareTransactionalId(grant);
            case UNKNOWN, ANY, CLUSTER, DELEGATION_TOKEN, USER ->
                throw new IllegalArgumentException("no permission check for " + grant);
        }
    }

    private List<String> topics(Grant grant) {
        if (grant.pattern() == PatternType.LITERAL) {
            return List.of(grant.name());
        }
        Answer<Set<String>> names = answer(
                admin.listTopics(new ListTopicsOptions().listInternal(true)).names());
        return names.value().stream()
                .flatMap(Set::stream)
                .filter(name -> name.startsWith(grant.name()))
                .sorted()
                .toList();
    }

    private void compareTopic(Grant grant, String name) {
        var described = admin.describeTopics(
                        List.of(name), new DescribeTopicsOptions().includeAuthorizedOperations(true))
                .topicNameValues();
        Answer<Set<AclOperation>> granted = Answer.none();
        for (var each : described.values()) {
            var answer = answer(each);
            granted = new Answer<>(answer.value().map(topic -> topic.authorizedOperations()), answer.isDenied());
        }
        add(grant, name, granted);
    }

    private void compareGroup(Grant grant) {
        var described = admin.describeConsumerGroups(
                        List.of(grant.name()), new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true))
                .describedGroups();
        Answer<Set<AclOperation>> granted = Answer.none();
        for (var each : described.values()) {
            var answer = answer(each);
            granted = new Answer<>(answer.value().map(group -> group.authorizedOperations()), answer.isDenied());
        }
        add(grant, grant.name(), granted);
    }

    /**
     * Checks DESCRIBE only, which WRITE implies, because brokers do not report the operations on a transactional id.
     */
    private void compareTransactionalId(Grant grant) {
        var answer = answer(admin.describeTransactions(List.of(grant.name())).all());
        if (answer.isDenied()) {
            grant.operations().stream()
                    .filter(Grant::impliesDescribe)
                    .forEach(operation -> add(grant, operation, grant.name() + "*"));
        }
    }

    private void add(Grant grant, String name, Answer<Set<AclOperation>> granted) {
        if (granted.isDenied()) {
            // Operations that do not imply DESCRIBE may or may not be granted.
            grant.operations().stream()
                    .filter(Grant::impliesDescribe)
                    .forEach(operation -> add(grant, operation, name));
            return;
        }
        granted.value()
                .ifPresent(operations -> grant.withImplied().stream()
                        .filter(operation -> !operations.contains(operation))
                        // Brokers do not report CREATE for an existing topic.
                        .filter(operation -> operation != AclOperation.CREATE)
                        .forEach(operation -> add(grant, operation, name)));
    }

    private void add(Grant grant, AclOperation operation, String name) {
        missing.add(new MissingPermission(principal, operation, grant.resource(), name));
    }

    /** @param value the answer; empty if access was denied, or no resource has that name */
    private record Answer<T>(Optional<T> value, boolean isDenied) {
        static <T> Answer<T> none() {
            return new Answer<>(Optional.empty(), false);
        }
    }

    private <T> Answer<T> answer(KafkaFuture<T> future) {
        try {
            @Nullable T value = future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return new Answer<>(Optional.ofNullable(value), false);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                return new Answer<>(Optional.empty(), true);
            }
            if (e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException) {
                throw new TopicsUnavailableException(
                        "cannot check permissions: " + e.getCause().getMessage(), e);
            }
            // It does not exist or cannot be described now: the first request that needs it will fail.
            return Answer.none();
        } catch (TimeoutException e) {
            throw new TopicsUnavailableException(
                    "cannot check permissions: no answer from the brokers within " + timeout.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TopicsUnavailableException("interrupted while permissions were checked", e);
        }
    }
}
