package io.sexton.deleter.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A walk from a store's directory to the directories that hold its objects, by open handles. The last parent stays
 * open, because the files of a command are mostly in one directory.
 *
 * <p>For one thread, and for the length of one storage call.
 */
final class DirectoryWalker implements Closeable {

    private final LocalStoreSettings settings;
    private final Directory base;
    private @Nullable Directory parent;
    private String parentPath = "";
    private boolean knownToBeMounted;
    private @Nullable StorageProblemException notMounted;

    private DirectoryWalker(LocalStoreSettings settings, Directory base) {
        this.settings = settings;
        this.base = base;
    }

    /**
     * Begins at the store's directory.
     *
     * @throws StorageProblemException if the store is not there; never as absence
     */
    static DirectoryWalker into(LocalStoreSettings settings) throws StorageProblemException {
        Directory base;
        try {
            base = Directory.open(settings.directory());
        } catch (NoSuchFileException | NotDirectoryException e) {
            // WARNING: without the store, nothing is known of any file in it (I5).
            throw StorageProblemException.unknown(
                    "the store's directory " + settings.directory() + " is not there; is its volume mounted?");
        } catch (IOException e) {
            throw StorageProblemException.unknown("cannot open the store's directory " + settings.directory(), e);
        }
        DirectoryWalker walker = new DirectoryWalker(settings, base);
        try {
            walker.requireMarker();
        } catch (StorageProblemException e) {
            walker.close();
            throw e;
        }
        return walker;
    }

    /**
     * Returns the directory that holds the object; open until the next call.
     *
     * @throws StorageProblemException absent, if a directory on the way does not exist in the mounted store; refused,
     *     if a link or a file is in the way
     */
    Directory parentOf(ObjectKey key) throws StorageProblemException {
        return directory(key.parent());
    }

    /** Returns the directory of exactly that name; empty: the store's own. */
    Directory directory(String path) throws StorageProblemException {
        if (path.isEmpty()) {
            return base;
        }
        if (parent != null && parentPath.equals(path)) {
            return parent;
        }
        closeParent();
        Directory opened = walk(path, false);
        parent = opened;
        parentPath = path;
        return opened;
    }

    /** Returns the directory of that name, created if it does not exist. */
    Directory createdDirectory(String path) throws StorageProblemException {
        try {
            return directory(path);
        } catch (StorageProblemException e) {
            if (e.kind() != StorageProblemException.Kind.ABSENT) {
                throw e;
            }
        }
        Directory made;
        try {
            made = walk(path, true);
        } catch (StorageProblemException e) {
            if (e.kind() == StorageProblemException.Kind.ABSENT) {
                // WARNING: no evidence about any file (I5): a purge has removed the directory that was just created.
                throw StorageProblemException.unknown("'" + path + "' was removed while it was created");
            }
            throw e;
        }
        parent = made;
        parentPath = path;
        return made;
    }

    private Directory walk(String path, boolean making) throws StorageProblemException {
        Directory at = base;
        for (String segment : path.split("/", -1)) {
            Directory next;
            try {
                if (making) {
                    make(at, segment, path);
                }
                next = step(at, segment, path);
            } finally {
                if (at != base) {
                    closeQuietly(at);
                }
            }
            at = next;
        }
        return at;
    }

    private static void make(Directory in, String segment, String path) throws StorageProblemException {
        try {
            in.makeDirectory(Directory.name(segment));
            // So that what is put in it does not get lost with it in a power failure.
            in.sync();
        } catch (IOException e) {
            throw StorageProblemException.unknown("cannot make '" + segment + "' of '" + path + "'", e);
        }
    }

    private Directory step(Directory from, String segment, String path) throws StorageProblemException {
        Path name = Directory.name(segment);
        try {
            return from.child(name);
        } catch (NoSuchFileException e) {
            requireMounted();
            throw StorageProblemException.absent("no directory '" + segment + "' of '" + path + "'");
        } catch (NotDirectoryException e) {
            throw StorageProblemException.refused("'" + segment + "' of '" + path + "' is a link or no directory");
        } catch (IOException e) {
            throw StorageProblemException.unknown("cannot open '" + segment + "' of '" + path + "'", e);
        }
    }

    private void requireMarker() throws StorageProblemException {
        if (settings.marker() == null) {
            return;
        }
        try {
            base.attributesOf(Directory.name(settings.marker()));
            knownToBeMounted = true;
        } catch (NoSuchFileException e) {
            throw StorageProblemException.unknown("the store's directory " + settings.directory() + " lacks its marker "
                    + settings.marker() + "; is its volume mounted?");
        } catch (IOException e) {
            throw StorageProblemException.unknown("cannot stat the store's marker " + settings.marker(), e);
        }
    }

    /** Refuses an empty directory: it looks like a mount point without its volume, and proves no absence. */
    private void requireMounted() throws StorageProblemException {
        if (knownToBeMounted) {
            return;
        }
        if (notMounted == null) {
            // Found out once: the names in an open directory can be read once.
            notMounted = whyNotMounted();
        }
        if (notMounted != null) {
            throw notMounted;
        }
        knownToBeMounted = true;
    }

    private @Nullable StorageProblemException whyNotMounted() {
        try {
            return base.isEmpty()
                    ? StorageProblemException.unknown("the store's directory " + settings.directory()
                            + " is empty; is its volume mounted? (if so, configure a marker)")
                    : null;
        } catch (IOException e) {
            return StorageProblemException.unknown("cannot list the store's directory " + settings.directory(), e);
        }
    }

    private void closeParent() {
        if (parent != null) {
            closeQuietly(parent);
            parent = null;
        }
    }

    @Override
    public void close() {
        closeParent();
        closeQuietly(base);
    }

    private static void closeQuietly(Directory directory) {
        try {
            directory.close();
        } catch (IOException expected) {
            // A handle that nothing was written to: no file's result may be lost for it.
        }
    }
}
