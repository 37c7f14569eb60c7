package io.sexton.fold.app;

import io.sexton.proto.Grant;
import io.sexton.proto.MissingPermission;
import io.sexton.proto.Namespace;
import io.sexton.proto.TopicAdmin;
import io.sexton.proto.Topics;
import io.sexton.service.StartupException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The application id under which a log is folded, as gc.meta records it.
 *
 * <p>WARNING: a second fold of one log, under another id, begins with an empty state at the first record and writes
 * every old command again (I8). So there is one id for each log, for ever. Without a record it is the default one: a
 * service without write permission for gc.meta then runs under that, and no other one begins if a group of that name
 * has existed.
 */
final class ApplicationRecord {
    private static final Logger LOG = LoggerFactory.getLogger(ApplicationRecord.class);

    /** The ids that configurations have where they name none, by the log. */
    private static final Map<String, String> USUAL =
            Map.of(Topics.EVENTS, "sexton-streams", Topics.LOCK_REQUESTS, "sexton-coordinator");

    private final Map<String, Object> client;
    private final Namespace namespace;
    private final Duration timeout;

    ApplicationRecord(Map<String, Object> client, Namespace namespace, Duration timeout) {
        this.client = Map.copyOf(client);
        this.namespace = namespace;
        this.timeout = timeout;
    }

    /**
     * Records the id if there is none.
     *
     * @param log {@link Topics#EVENTS} or {@link Topics#LOCK_REQUESTS}
     * @throws StartupException if the log is folded under another id, or the record can be neither read nor written
     */
    void require(String log, String applicationId) {
        try (TopicAdmin admin = new TopicAdmin(client, namespace, timeout)) {
            Optional<String> recorded = admin.applicationOf(log);
            String counts = recorded.isPresent() ? recorded.get() : record(admin, log, applicationId);
            if (!counts.equals(applicationId)) {
                throw new StartupException(namespace.topic(log) + " is folded under application id '" + counts
                        + "', as " + namespace.topic(Topics.META) + " records, but sexton.application-id is '"
                        + applicationId + "': a second fold would write every old command again; configure '" + counts
                        + "'");
            }
        } catch (StartupException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new StartupException("the application id cannot be recorded: " + e.getMessage(), e);
        }
    }

    private String record(TopicAdmin admin, String log, String applicationId) {
        String usual = USUAL.getOrDefault(log, applicationId);
        if (!applicationId.equals(usual)) {
            requireNeverRun(log, usual);
        } else if (!mayWrite(admin)) {
            LOG.info("{} keeps the usual application id, unrecorded: this principal may only read it", metaTopic());
            return applicationId;
        }
        return admin.recordApplication(log, applicationId);
    }

    private boolean mayWrite(TopicAdmin admin) {
        return admin.missingPermissions(List.of(
                        new Grant(ResourceType.TOPIC, metaTopic(), PatternType.LITERAL, List.of(AclOperation.WRITE))))
                .isEmpty();
    }

    private String metaTopic() {
        return namespace.topic(Topics.META);
    }

    private void requireNeverRun(String log, String usual) {
        String group = namespace.scoped(usual);
        try (Admin admin = Admin.create(client)) {
            Map<?, OffsetAndMetadata> positions = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (!positions.isEmpty()) {
                throw new StartupException(namespace.topic(log) + " has been folded under application id '" + usual
                        + "', whose group has a position: a second fold would write every old command again;"
                        + " configure sexton.application-id '" + usual + "'");
            }
        } catch (ExecutionException e) {
            throw new StartupException(
                    "whether " + namespace.topic(log) + " is folded under application id '" + usual
                            + "' cannot be found out: " + MissingPermission.describe(e, AclOperation.DESCRIBE, client)
                            + "; `sexton topics create --streams-application-id or --coordinator-application-id`"
                            + " records another one",
                    e);
        } catch (TimeoutException e) {
            throw new StartupException("no answer from the brokers within " + timeout.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartupException("interrupted", e);
        }
    }
}
