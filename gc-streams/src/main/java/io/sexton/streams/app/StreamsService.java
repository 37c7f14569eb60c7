package io.sexton.streams.app;

import com.google.protobuf.Message;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.sexton.fold.app.ClockLagGauges;
import io.sexton.fold.app.FoldRuntime;
import io.sexton.fold.app.FoldSettings;
import io.sexton.fold.core.Fold;
import io.sexton.fold.core.Output;
import io.sexton.fold.topology.ClockLag;
import io.sexton.fold.topology.FoldListener;
import io.sexton.proto.Grants;
import io.sexton.proto.Topics;
import io.sexton.streams.apply.PartitionFold;
import io.sexton.streams.topology.ConfiguredPolicies;
import io.sexton.streams.topology.EventsTopology;
import io.sexton.v1.GcCommand;
import io.sexton.v1.Notice;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** The service gc-streams in this process: folds its share of the partitions of {@code gc.events}. */
public final class StreamsService {
    private StreamsService() {}

    /**
     * Starts the service. Returns without waiting until it is ready.
     *
     * @param tickInterval the interval of the checks of each partition for due work; above zero
     * @param policies appended to the log if they are missing
     * @throws io.sexton.service.StartupException if the log does not meet its requirements
     */
    public static FoldRuntime start(
            FoldSettings settings, Duration tickInterval, ConfiguredPolicies policies, MeterRegistry metrics) {
        Counts counts = new Counts(metrics);
        ClockLag clockLag = new ClockLagGauges(metrics, Topics.EVENTS);
        return FoldRuntime.start(
                settings,
                Topics.EVENTS,
                Grants.streams(settings.namespace(), settings.applicationId()),
                PartitionFold.DEFINITION::valueOf,
                (ticker, placement) -> EventsTopology.build(
                        settings.namespace(), ticker, tickInterval, placement, policies, counts, clockLag),
                metrics);
    }

    /** The counters of the fold's work. */
    private static final class Counts implements FoldListener<Fold> {
        private final Timer events;
        private final Counter condemned;
        private final Counter revokes;
        private final Map<Notice.NoticeCase, Counter> notices = new EnumMap<>(Notice.NoticeCase.class);
        private final Counter deadLetters;
        private final Counter disagreements;

        private Counts(MeterRegistry metrics) {
            events = Timer.builder("sexton.streams.events")
                    .description("Records of gc.events that were applied, and how long each took")
                    .register(metrics);
            condemned =
                    counter(metrics, "sexton.streams.condemned.files", "Files in delete commands, repeats included");
            revokes = counter(metrics, "sexton.streams.revokes", "Revoke commands");
            for (Notice.NoticeCase kind : Notice.NoticeCase.values()) {
                notices.put(
                        kind,
                        Counter.builder("sexton.streams.notices")
                                .description("Notices to databases and operators")
                                .tag("kind", kind.name().toLowerCase(Locale.ROOT))
                                .register(metrics));
            }
            deadLetters = counter(metrics, "sexton.streams.dead.letters", "Records that could not be applied");
            disagreements = counter(
                    metrics,
                    "sexton.streams.clock.disagreements",
                    "Ticks that did nothing because the clocks of broker and ticker differ");
        }

        @Override
        public void applied(Duration took) {
            events.record(took);
        }

        @Override
        public void emitted(Output output) {
            switch (output) {
                case Output.Emitted emitted -> count(emitted.message());
                case Output.DeadLetter letter -> deadLetters.increment();
                case Output.ClockDisagreement tick -> disagreements.increment();
            }
        }

        private void count(Message message) {
            if (message instanceof Notice notice) {
                Objects.requireNonNull(notices.get(notice.getNoticeCase())).increment();
            } else if (message instanceof GcCommand command) {
                condemned.increment(command.getDelete().getFilesCount());
                revokes.increment(command.hasRevoke() ? 1 : 0);
            }
        }

        private static Counter counter(MeterRegistry metrics, String name, String description) {
            return Counter.builder(name).description(description).register(metrics);
        }
    }
}
