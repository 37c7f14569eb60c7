package io.sexton.streams.state;

import io.sexton.fold.core.Key;
import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.index.KeySet;
import io.sexton.fold.index.Tally;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.row.ReferrerRow;
import io.sexton.streams.state.view.ReferencesView;
import java.util.function.Consumer;

/**
 * The references of other regions to files (branches, repartition): pins by file list, without an end. Not thread safe.
 */
public final class References implements ReferencesView {
    private final RegionRows<ReferrerRow> referrers;
    private final KeySet byPath;
    private final KeySet byReferrer;
    private final Tally counts;

    References(OrderedStore store) {
        referrers = new RegionRows<>(store, Tags.REFERRERS, ReferrerRow.parser());
        byPath = new KeySet(store, Tags.REFERENCES_BY_PATH);
        byReferrer = new KeySet(store, Tags.REFERENCES_BY_REFERRER);
        counts = new Tally(store, Tags.REFERENCE_COUNTS);
    }

    public RegionRows<ReferrerRow> referrers() {
        return referrers;
    }

    public void add(RegionId region, String referrer, FilePath path) {
        byte[] own = ownKey(region, referrer, path);
        if (!byReferrer.contains(own)) {
            byReferrer.add(own);
            byPath.add(pathKey(region, path, referrer));
            counts.add(countKey(region, path), 1);
        }
    }

    public void remove(RegionId region, String referrer, FilePath path) {
        byte[] own = ownKey(region, referrer, path);
        if (byReferrer.contains(own)) {
            byReferrer.remove(own);
            byPath.remove(pathKey(region, path, referrer));
            counts.add(countKey(region, path), -1);
        }
    }

    @Override
    public boolean isReferenced(RegionId region, FilePath path) {
        return counts.isAny(countKey(region, path));
    }

    /** Writes the changed counts. Must be called after each record. */
    void flush() {
        counts.flush();
    }

    private byte[] countKey(RegionId region, FilePath path) {
        return counts.key().text(region.value()).tail(path.value()).build();
    }

    /** Visits the regions that refer to a path. */
    @Override
    public void forEachReferrer(RegionId region, FilePath path, Consumer<String> visitor) {
        byPath.forEach(byPath.key().text(region.value()).text(path.value()).build(), key -> {
            Key.Reader parts = new Key.Reader(key);
            parts.text();
            parts.text();
            visitor.accept(parts.tail());
        });
    }

    /** Visits the paths that a referrer uses. The visitor may remove that path. */
    public void forEach(RegionId region, String referrer, Consumer<FilePath> visitor) {
        byReferrer.forEach(byReferrer.key().text(region.value()).text(referrer).build(), key -> {
            Key.Reader parts = new Key.Reader(key);
            parts.text();
            parts.text();
            visitor.accept(FilePath.of(parts.tail()));
        });
    }

    private byte[] pathKey(RegionId region, FilePath path, String referrer) {
        return byPath.key()
                .text(region.value())
                .text(path.value())
                .tail(referrer)
                .build();
    }

    private byte[] ownKey(RegionId region, String referrer, FilePath path) {
        return byReferrer
                .key()
                .text(region.value())
                .text(referrer)
                .tail(path.value())
                .build();
    }
}
