package io.sexton.streams.apply;

import io.sexton.proto.FilePath;
import io.sexton.streams.decide.PinDecider;
import io.sexton.streams.model.Blocker;
import io.sexton.streams.model.Fact;
import io.sexton.streams.model.Stamp;
import io.sexton.streams.row.ReferrerRow;
import io.sexton.streams.state.Region;
import io.sexton.streams.state.State;
import io.sexton.v1.ReferenceEdit;
import io.sexton.v1.ReferenceVerdict;

/** The applier of references of other regions to files. Not thread safe. */
final class ReferenceFacts {
    private final State state;
    private final Outbox out;
    private final Sweeps sweeps;
    private final Wakes wakes;

    ReferenceFacts(State state, Outbox out, Sweeps sweeps, Wakes wakes) {
        this.state = state;
        this.out = out;
        this.sweeps = sweeps;
        this.wakes = wakes;
    }

    void edit(Region region, ReferenceEdit edit, Fact fact) {
        String referrer = edit.getReferrer();
        ReferrerRow known = state.references().referrers().get(region.id(), referrer);
        if (known != null && Stamp.isBelow(edit.getReferrerEpoch(), known.getEpoch())) {
            out.rejected(
                    region.id(),
                    fact.offset(),
                    "referrer " + referrer + " has been seen with epoch " + Long.toUnsignedString(known.getEpoch()));
            return;
        }
        ReferrerRow seen =
                ReferrerRow.newBuilder().setEpoch(edit.getReferrerEpoch()).build();
        if (known == null) {
            state.references().referrers().insert(region.id(), referrer, known, seen);
        } else {
            state.references().referrers().update(region.id(), referrer, known, seen);
        }
        if (edit.getReplaceAll()) {
            state.references().forEach(region.id(), referrer, path -> drop(region, referrer, path));
        }
        edit.getRemovedList().forEach(path -> drop(region, referrer, FilePath.of(path)));
        ReferenceVerdict.Builder verdict =
                ReferenceVerdict.newBuilder().setReferrer(referrer).setOffset(fact.offset());
        for (String added : edit.getAddedList()) {
            FilePath path = FilePath.of(added);
            if (PinDecider.isUnpinnable(sweeps.read(region, path))) {
                verdict.addRejected(added);
            } else {
                state.references().add(region.id(), referrer, path);
            }
        }
        out.verdict(region.id(), verdict);
    }

    private void drop(Region region, String referrer, FilePath path) {
        state.references().remove(region.id(), referrer, path);
        wakes.wake(region, new Blocker.ByPath(region.id(), path));
    }
}
