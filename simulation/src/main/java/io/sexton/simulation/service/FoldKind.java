package io.sexton.simulation.service;

import io.sexton.fold.core.LogRecord;
import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.core.Placement;
import io.sexton.locks.core.LockFold;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.streams.apply.PartitionFold;
import io.sexton.streams.query.Explanation;
import io.sexton.streams.state.Stores;
import io.sexton.v1.LockRequest;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.Tick;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The two services that fold a log. */
public enum FoldKind {
    STREAMS("streams", Topics.EVENTS, 3) {
        @Override
        public FoldCore core(int partition, List<OrderedStore> stores, Placement placement, Consumer<Said> sink) {
            PartitionFold fold = new PartitionFold(
                    partition,
                    new Stores(stores.get(0), stores.get(1), stores.get(2)),
                    placement,
                    output -> said(output, sink));
            return new FoldCore() {
                @Override
                public void apply(LogRecord record) {
                    fold.apply(record);
                }

                @Override
                public Optional<Instant> nextWork() {
                    return fold.nextWork();
                }

                @Override
                public Optional<Explanation> explain(RegionId region, FilePath path) {
                    return Optional.of(fold.explain(region, path));
                }

                @Override
                public boolean workLeft() {
                    return fold.workLeft();
                }
            };
        }

        @Override
        public byte[] wrap(Tick tick) {
            return RegionEvent.newBuilder().setTick(tick).build().toByteArray();
        }

        private void said(io.sexton.streams.model.Output output, Consumer<Said> sink) {
            switch (output) {
                case io.sexton.streams.model.Output.Command c ->
                    sink.accept(new Said(Topics.DELETE_COMMANDS, c.region(), c.command()));
                case io.sexton.streams.model.Output.Notification n ->
                    sink.accept(new Said(Topics.NOTICES, n.region(), n.notice()));
                case io.sexton.streams.model.Output.DeadLetter letter -> {}
                case io.sexton.streams.model.Output.ClockDisagreement tick -> {}
            }
        }
    },

    COORDINATOR("coordinator", Topics.LOCK_REQUESTS, 1) {
        @Override
        public FoldCore core(int partition, List<OrderedStore> stores, Placement placement, Consumer<Said> sink) {
            LockFold fold = new LockFold(stores.getFirst(), placement, output -> said(output, sink));
            return new FoldCore() {
                @Override
                public void apply(LogRecord record) {
                    fold.apply(record);
                }

                @Override
                public Optional<Instant> nextWork() {
                    return fold.nextWork();
                }
            };
        }

        @Override
        public byte[] wrap(Tick tick) {
            return LockRequest.newBuilder().setTick(tick).build().toByteArray();
        }

        private void said(io.sexton.locks.core.Output output, Consumer<Said> sink) {
            switch (output) {
                case io.sexton.locks.core.Output.Event event ->
                    sink.accept(new Said(Topics.LOCK_EVENTS, event.region(), event.event()));
                case io.sexton.locks.core.Output.DeadLetter letter -> {}
                case io.sexton.locks.core.Output.ClockDisagreement tick -> {}
            }
        }
    };

    private final String service;
    private final String input;
    private final int stores;

    FoldKind(String service, String input, int stores) {
        this.service = service;
        this.input = input;
        this.stores = stores;
    }

    /** The name of its processes. */
    public String service() {
        return service;
    }

    /** The topic that it folds. */
    public String input() {
        return input;
    }

    /** How many stores a partition has. */
    public int stores() {
        return stores;
    }

    /** The real core. */
    public abstract FoldCore core(int partition, List<OrderedStore> stores, Placement placement, Consumer<Said> sink);

    /** A tick as a record's value on its topic. */
    public abstract byte[] wrap(Tick tick);
}
