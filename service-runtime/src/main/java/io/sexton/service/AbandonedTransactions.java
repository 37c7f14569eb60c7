package io.sexton.service;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the transactions that dead members of this service's group have left open, as soon as the group has noticed their
 * deaths. Readers of committed records wait behind an open transaction; the brokers themselves end it only at its
 * time-out, and look for such every ten seconds by default. Thread safe.
 *
 * <p>A transaction that a living process has open is never ended by this, unless the group has excluded it: then its
 * transaction cannot be committed any more. Only owners that this process has seen as members count: ids of another group
 * may begin with this one's name, too. Failures of requests are passed over: the brokers' own time-out remains.
 */
public final class AbandonedTransactions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AbandonedTransactions.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);
    /** Longer than the brokers let any transaction last by default. */
    private static final Duration REMEMBERED = Duration.ofMinutes(30);

    private final Admin admin;
    private final String group;
    private final UnaryOperator<String> memberOf;
    private final Thread thread;

    /** The client ids of members, those that have left included, with the time at which they were seen last. */
    private final Map<String, Long> seen = new HashMap<>();

    /** The transactions that had no member at the last look: one look may come between two requests of a member. */
    private Set<String> suspects = Set.of();

    private AbandonedTransactions(Admin admin, String group, UnaryOperator<String> memberOf) {
        this.admin = admin;
        this.group = group;
        this.memberOf = memberOf;
        this.thread =
                Thread.ofPlatform().daemon().name("abandoned-transactions").start(this::run);
    }

    /**
     * Starts.
     *
     * @param client configuration of the brokers' connection
     * @param group the consumer group; the transactional ids of its members begin with it and a hyphen
     * @param memberOf returns how the client ids of a member's consumers begin, given its transactional id
     */
    public static AbandonedTransactions start(
            Map<String, Object> client, String group, UnaryOperator<String> memberOf) {
        Map<String, Object> config = new HashMap<>(client);
        config.keySet().retainAll(AdminClientConfig.configNames());
        int timeout = Math.toIntExact(REQUEST_TIMEOUT.toMillis());
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, timeout);
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, timeout);
        config.put(CommonClientConfigs.CLIENT_ID_CONFIG, "sexton-abandoned-transactions");
        return new AbandonedTransactions(Admin.create(config), group, memberOf);
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(INTERVAL);
                look();
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    private void look() throws InterruptedException {
        try {
            Set<String> members = members();
            long now = System.nanoTime();
            members.forEach(member -> seen.put(member, now));
            seen.values().removeIf(last -> now - last > REMEMBERED.toNanos());
            Set<String> abandoned = openTransactions().stream()
                    .filter(id -> !isOwnedBy(members, id) && isOwnedBy(seen.keySet(), id))
                    .collect(Collectors.toSet());
            Set<String> twice = new HashSet<>(abandoned);
            twice.retainAll(suspects);
            suspects = abandoned;
            if (!twice.isEmpty()) {
                admin.fenceProducers(twice).all().get();
                LOG.info("Ended the transactions of members that group {} has lost: {}", group, twice);
            }
        } catch (ExecutionException e) {
            LOG.debug("Abandoned transactions of group {} cannot be found or ended", group, e);
        }
    }

    private boolean isOwnedBy(Set<String> clients, String transactionalId) {
        String owner = memberOf.apply(transactionalId);
        return clients.stream().anyMatch(client -> client.startsWith(owner));
    }

    private Set<String> openTransactions() throws ExecutionException, InterruptedException {
        return admin
                .listTransactions(new ListTransactionsOptions().filterStates(Set.of(TransactionState.ONGOING)))
                .all()
                .get()
                .stream()
                .map(TransactionListing::transactionalId)
                .filter(id -> id.startsWith(group + "-"))
                .collect(Collectors.toSet());
    }

    private Set<String> members() throws ExecutionException, InterruptedException {
        return admin.describeConsumerGroups(List.of(group)).all().get().values().stream()
                .map(ConsumerGroupDescription::members)
                .flatMap(members -> members.stream().map(MemberDescription::clientId))
                .collect(Collectors.toSet());
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(REQUEST_TIMEOUT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        admin.close(Duration.ZERO);
    }
}
