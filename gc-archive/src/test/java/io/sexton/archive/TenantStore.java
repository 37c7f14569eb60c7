package io.sexton.archive;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.storage.ListingPage;
import io.sexton.deleter.storage.ListingSink;
import io.sexton.deleter.storage.Lookup;
import io.sexton.deleter.storage.Moved;
import io.sexton.deleter.storage.ObjectDeletion;
import io.sexton.deleter.storage.ObjectKey;
import io.sexton.deleter.storage.ObjectMove;
import io.sexton.deleter.storage.ObjectStore;
import io.sexton.deleter.storage.StorageProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * A store as a third party writes it: the objects of one tenant of a storage that many share, each below a directory of
 * its own. It uses what gc-deleter publishes, and nothing else.
 */
final class TenantStore implements ObjectStore {
    private final ObjectStore shared;
    private final ObjectKey tenant;

    TenantStore(ObjectStore shared, String tenant) {
        this.shared = shared;
        this.tenant = ObjectKey.of(tenant);
    }

    private ObjectKey outer(ObjectKey key) {
        return key.equals(ObjectKey.TOP) ? tenant : ObjectKey.of(tenant.value() + "/" + key.value());
    }

    private ObjectKey inner(ObjectKey key) {
        return ObjectKey.of(key.value().substring(tenant.value().length() + 1));
    }

    @Override
    public Lookup stat(ObjectKey key) {
        return shared.stat(outer(key));
    }

    @Override
    public List<FileResult> deleteMany(List<ObjectDeletion> objects, CallGuard guard) {
        return shared.deleteMany(
                objects.stream()
                        .map(each -> new ObjectDeletion(outer(each.key()), each.expected()))
                        .toList(),
                guard);
    }

    @Override
    public Moved move(ObjectMove move, CallGuard guard) {
        return shared.move(new ObjectMove(outer(move.from()), move.expected(), outer(move.to()), move.again()), guard);
    }

    @Override
    public void list(ObjectKey directory, ListingSink sink, CallGuard guard)
            throws StorageProblemException, InterruptedException {
        shared.list(
                outer(directory),
                page -> sink.accept(new ListingPage(
                        page.objects().stream()
                                .map(each -> new ListingPage.Listed(inner(each.key()), each.facts()))
                                .toList(),
                        page.directories().stream().map(this::inner).toList(),
                        page.unrepresentable())),
                guard);
    }

    @Override
    public void prune(ObjectKey directory) {
        shared.prune(outer(directory));
    }

    @Override
    public boolean create(ObjectKey key, byte[] content, CallGuard guard) throws StorageProblemException {
        return shared.create(outer(key), content, guard);
    }

    @Override
    public InputStream read(ObjectKey key) throws StorageProblemException {
        return shared.read(outer(key));
    }

    @Override
    public void write(ObjectKey key, long sizeBytes, InputStream content) throws StorageProblemException, IOException {
        shared.write(outer(key), sizeBytes, content);
    }
}
