package io.sexton.streams.apply;

import io.sexton.proto.FilePath;
import io.sexton.streams.model.Blocker;
import io.sexton.streams.model.Fact;
import io.sexton.streams.model.Stamps;
import io.sexton.streams.row.ReferrerRow;
import io.sexton.streams.state.Region;
import io.sexton.streams.state.State;
import io.sexton.v1.ReferenceEdit;
import io.sexton.v1.ReferenceVerdict;

/** The applier of references of other regions to files. Not thread safe. */
final class ReferenceFacts {
    private final State state;
    private final Outbox out;

    ReferenceFacts(State state, Outbox out) {
        this.state = state;
        this.out = out;
    }

    void edit(Region region, ReferenceEdit edit, Fact fact) {
        String referrer = edit.getReferrer();
        ReferrerRow known = state.references().get(region.id(), referrer);
        if (known != null && Stamps.isBelow(edit.getReferrerEpoch(), known.getEpoch())) {
            out.rejected(
                    region.id(),
                    fact.offset(),
                    "referrer " + referrer + " has been seen with epoch " + Long.toUnsignedString(known.getEpoch()));
            return;
        }
        state.references().put(
                region.id(),
                referrer,
                ReferrerRow.newBuilder().setEpoch(edit.getReferrerEpoch()).build());
        if (edit.getReplaceAll()) {
            state.references().forEach(region.id(), referrer, path -> drop(region, referrer, path));
        }
        edit.getRemovedList().forEach(path -> drop(region, referrer, FilePath.of(path)));
        ReferenceVerdict.Builder verdict =
                ReferenceVerdict.newBuilder().setReferrer(referrer).setOffset(fact.offset());
        for (String added : edit.getAddedList()) {
            FilePath path = FilePath.of(added);
            if (ReaderFacts.isUnpinnable(state.files().get(region, path))) {
                verdict.addRejected(added);
            } else {
                state.references().add(region.id(), referrer, path);
            }
        }
        out.verdict(region.id(), verdict);
    }

    private void drop(Region region, String referrer, FilePath path) {
        state.references().remove(region.id(), referrer, path);
        state.files().wake(region, new Blocker.ByPath(region.id(), path));
    }
}
