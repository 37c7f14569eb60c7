package io.sexton.streams.app;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.sexton.fold.app.ClockLagGauges;
import io.sexton.fold.app.FoldRuntime;
import io.sexton.fold.app.FoldSettings;
import io.sexton.fold.topology.ClockLag;
import io.sexton.proto.Grants;
import io.sexton.proto.Topics;
import io.sexton.streams.model.Output;
import io.sexton.streams.topology.ConfiguredPolicies;
import io.sexton.streams.topology.EventsTopology;
import io.sexton.streams.topology.FoldMetrics;
import io.sexton.v1.Notice;
import io.sexton.v1.RegionEvent;
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
     * @throws io.sexton.fold.app.StartupException if the log does not meet its requirements
     */
    public static FoldRuntime start(
            FoldSettings settings, Duration tickInterval, ConfiguredPolicies policies, MeterRegistry metrics) {
        FoldMetrics counts = new Counts(metrics);
        return FoldRuntime.start(
                settings,
                Topics.EVENTS,
                Grants.streams(settings.namespace(), settings.applicationId()),
                tick -> RegionEvent.newBuilder().setTick(tick).build().toByteArray(),
                (ticker, placement) ->
                        EventsTopology.build(settings.namespace(), ticker, tickInterval, placement, policies, counts),
                metrics);
    }

    /** The counters of the fold's work. */
    private static final class Counts implements FoldMetrics {
        private final Timer events;
        private final Counter condemned;
        private final Counter revokes;
        private final Map<Notice.NoticeCase, Counter> notices = new EnumMap<>(Notice.NoticeCase.class);
        private final Counter deadLetters;
        private final Counter disagreements;
        private final ClockLag clockLag;

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
            clockLag = new ClockLagGauges(metrics, Topics.EVENTS);
        }

        @Override
        public ClockLag clockLag() {
            return clockLag;
        }

        @Override
        public void applied(Duration took) {
            events.record(took);
        }

        @Override
        public void said(Output output) {
            switch (output) {
                case Output.Command emitted -> {
                    condemned.increment(emitted.command().getDelete().getFilesCount());
                    if (emitted.command().hasRevoke()) {
                        revokes.increment();
                    }
                }
                case Output.Notification emitted ->
                    Objects.requireNonNull(notices.get(emitted.notice().getNoticeCase()))
                            .increment();
                case Output.DeadLetter letter -> deadLetters.increment();
                case Output.ClockDisagreement tick -> disagreements.increment();
            }
        }

        private static Counter counter(MeterRegistry metrics, String name, String description) {
            return Counter.builder(name).description(description).register(metrics);
        }
    }
}
