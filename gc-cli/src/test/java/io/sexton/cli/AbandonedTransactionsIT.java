package io.sexton.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.broker.EmbeddedBroker;
import io.sexton.service.AbandonedTransactions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/** The end of transactions whose owners are no members of their group any more, long before their time-out. */
final class AbandonedTransactionsIT {

    @Test
    void endsTheTransactionOfADeadMemberAndLeavesThatOfALivingOne() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.startTemporary();
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
                Producer<String, String> dead = producer(broker, "group-dead-1");
                Producer<String, String> alive = producer(broker, "group-alive-1");
                Producer<String, String> foreign = producer(broker, "group-of-others-1");
                Consumer<String, String> dying = consumer(broker, "group-dead-StreamThread-1-consumer");
                Consumer<String, String> member = consumer(broker, "group-alive-StreamThread-1-consumer")) {
            admin.createTopics(List.of(new NewTopic("log", 1, (short) 1), new NewTopic("other", 1, (short) 1)))
                    .all()
                    .get();
            begin(dead, "log");
            begin(alive, "other");
            begin(foreign, "other");
            try (Producer<String, String> plain = producer(broker, "")) {
                plain.send(new ProducerRecord<>("log", "behind the open transaction"))
                        .get();
            }

            member.subscribe(List.of("log"));
            dying.subscribe(List.of("log"));
            try (AbandonedTransactions watch = AbandonedTransactions.start(
                    Map.of("bootstrap.servers", broker.bootstrapServers()),
                    "group",
                    id -> id.substring(0, id.lastIndexOf('-')))) {
                assertThat(watch).isNotNull();
                for (int i = 0; i < 50; i++) {
                    assertThat(member.poll(Duration.ofMillis(50))).isEmpty();
                    assertThat(dying.poll(Duration.ofMillis(50))).isEmpty();
                }
                assertThat(open(admin)).containsExactlyInAnyOrder("group-dead-1", "group-alive-1", "group-of-others-1");

                dying.unsubscribe();

                Await.until("readers pass the dead member's transaction", () -> {
                    var records = member.poll(Duration.ofMillis(100));
                    return !records.isEmpty();
                });
                // As long again: the others stay open.
                for (int i = 0; i < 40; i++) {
                    member.poll(Duration.ofMillis(100));
                }
                assertThat(open(admin)).containsExactlyInAnyOrder("group-alive-1", "group-of-others-1");
            }
            alive.commitTransaction();
            foreign.abortTransaction();
        }
    }

    private static List<String> open(Admin admin) throws Exception {
        return admin.listTransactions().all().get().stream()
                .filter(each -> each.state() == TransactionState.ONGOING)
                .map(TransactionListing::transactionalId)
                .toList();
    }

    private static Consumer<String, String> consumer(EmbeddedBroker broker, String clientId) {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", broker.bootstrapServers(),
                        "group.id", "group",
                        "client.id", clientId,
                        "isolation.level", "read_committed",
                        "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new StringDeserializer());
    }

    private static void begin(Producer<String, String> producer, String topic) throws Exception {
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(topic, "open")).get();
    }

    /** @param transactionalId empty: without transactions */
    private static Producer<String, String> producer(EmbeddedBroker broker, String transactionalId) {
        Map<String, Object> config = transactionalId.isEmpty()
                ? Map.of("bootstrap.servers", broker.bootstrapServers())
                : Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "transactional.id",
                        transactionalId,
                        "transaction.timeout.ms",
                        300_000);
        return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
    }
}
