package io.sexton.simulation.log;

import java.util.LinkedHashSet;
import java.util.Set;

/** Records that become visible together, or never. */
public final class Transaction {
    private enum State {
        OPEN,
        COMMITTED,
        ABORTED
    }

    private final SimulatedLog log;
    private final Set<SimulatedLog.Partition> touched = new LinkedHashSet<>();
    private State state = State.OPEN;

    Transaction(SimulatedLog log) {
        this.log = log;
    }

    /** Appends a record that stays invisible until the commit. */
    public void append(String topic, int partition, byte[] key, byte[] value) {
        if (state != State.OPEN) {
            throw new IllegalStateException("the transaction is over");
        }
        SimulatedLog.Partition target = log.partition(topic, partition);
        touched.add(target);
        target.append(key, value, this);
    }

    /** Makes its records visible. */
    public void commit() {
        end(State.COMMITTED);
    }

    /** Discards its records. Idempotent. */
    public void abort() {
        if (state == State.OPEN) {
            end(State.ABORTED);
        }
    }

    boolean isOpen() {
        return state == State.OPEN;
    }

    boolean isCommitted() {
        return state == State.COMMITTED;
    }

    private void end(State end) {
        state = end;
        touched.forEach(SimulatedLog.Partition::mark);
    }
}
