package io.sexton.proto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.junit.jupiter.api.Test;

final class MissingPermissionTest {

    private static final Map<String, String> CLIENT = Map.of(
            "sasl.jaas.config",
            "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"streams\" password=\"secret\";");

    @Test
    void namesPrincipalOperationAndResourceButNoSecret() {
        Exception denied = new ExecutionException(new TopicAuthorizationException(Set.of("gc.events")));

        assertThat(MissingPermission.describe(denied, AclOperation.READ, CLIENT))
                .isEqualTo("User:streams lacks READ on topic 'gc.events'");
        assertThat(MissingPermission.describe(
                        new TopicAuthorizationException(Set.of("b", "a")), AclOperation.WRITE, CLIENT))
                .isEqualTo("User:streams lacks WRITE on topics 'a', 'b'");
        assertThat(MissingPermission.describe(
                        new TopicAuthorizationException("Topic authorization failed."), AclOperation.READ, CLIENT))
                .isEqualTo("User:streams lacks READ on topic of this request");
        assertThat(MissingPermission.describe(
                        new ExecutionException(new TopicAuthorizationException("Topic authorization failed.")),
                        AclOperation.READ,
                        "gc.events",
                        CLIENT))
                .isEqualTo("User:streams lacks READ on topic 'gc.events'");
        assertThat(MissingPermission.describe(GroupAuthorizationException.forGroupId("g"), AclOperation.WRITE, CLIENT))
                .isEqualTo("User:streams lacks READ on group 'g'");
        assertThat(MissingPermission.describe(
                        new TransactionalIdAuthorizationException("no"), AclOperation.WRITE, Map.of()))
                .isEqualTo("the principal of this client lacks WRITE on transactional id of this client");
    }

    @Test
    void returnsTheMessageOfOtherFailures() {
        assertThat(MissingPermission.isIn(new TimeoutException("no answer"))).isFalse();
        assertThat(MissingPermission.describe(
                        new ExecutionException(new TimeoutException("no answer")), AclOperation.READ, CLIENT))
                .isEqualTo("no answer");
    }

    @Test
    void findsUsersWithAnyQuoting() {
        assertThat(MissingPermission.principalOf(Map.of("sasl.jaas.config", "M required username='a b' password=x;")))
                .isEqualTo("User:a b");
        assertThat(MissingPermission.principalOf(Map.of("sasl.jaas.config", "M required password=x username=a;")))
                .isEqualTo("User:a");
    }
}
