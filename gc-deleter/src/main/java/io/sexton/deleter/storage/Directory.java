package io.sexton.deleter.storage;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Iterator;
import java.util.Set;

/**
 * The handle of an open directory. Every operation is on a name within it, never on a path, and never through a
 * symbolic link: a concurrent rename or link cannot lead it elsewhere (I1).
 */
final class Directory implements Closeable {

    private final SecureDirectoryStream<Path> stream;
    private final Path path;

    private Directory(SecureDirectoryStream<Path> stream, Path path) {
        this.stream = stream;
        this.path = path;
    }

    /**
     * Opens a directory by its path, links in it followed: for the operator's own configuration only.
     *
     * @throws StorageProblemException if the file system cannot be walked safely
     * @throws IOException if it cannot be opened
     */
    @SuppressWarnings("StreamResourceLeak") // handed to the Directory, which closes it
    static Directory open(Path path) throws IOException, StorageProblemException {
        DirectoryStream<Path> stream = Files.newDirectoryStream(path);
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return new Directory(secure, path);
        }
        stream.close();
        throw StorageProblemException.unknown("the file system of " + path + " offers no directory handles");
    }

    /** Returns the name as the file system has it; exactly one segment, neither a parent nor absolute. */
    static Path name(String name) throws StorageProblemException {
        Path path;
        try {
            path = Path.of(name);
        } catch (InvalidPathException e) {
            throw StorageProblemException.unknown(
                    "this process cannot write the file name in its locale; start it with LC_ALL=C.UTF-8");
        }
        if (path.isAbsolute() || path.getNameCount() != 1 || !path.toString().equals(name)) {
            throw StorageProblemException.refused("not a plain file name: '" + name + "'");
        }
        return path;
    }

    BasicFileAttributes attributesOf(Path name) throws IOException {
        return stream.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes();
    }

    /**
     * Opens a directory in this one.
     *
     * @throws NotDirectoryException if it is a link or anything else
     */
    Directory child(Path name) throws IOException {
        // Checked first, because opening a named pipe would wait for its writer; opened without following links,
        // because it can be replaced after the check.
        if (!attributesOf(name).isDirectory()) {
            throw new NotDirectoryException(name.toString());
        }
        try {
            return new Directory(stream.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS), path.resolve(name));
        } catch (IOException e) {
            if (!attributesOf(name).isDirectory()) {
                throw new NotDirectoryException(name.toString());
            }
            throw e;
        }
    }

    void unlink(Path name) throws IOException {
        stream.deleteFile(name);
    }

    /** Returns true if the name exists in it, also as a link. */
    boolean holds(Path name) throws IOException {
        try {
            BasicFileAttributes unused = attributesOf(name);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Replaces what {@code to} has under that name. */
    void rename(Path name, Directory to, Path newName) throws IOException {
        stream.move(name, to.stream, newName);
    }

    /** Makes a directory in this one, unless there is something of that name. */
    void makeDirectory(Path name) throws IOException {
        // By path, because Java's directory handles cannot. If the path leads elsewhere meanwhile, an empty directory
        // is created there, and nothing more: the following steps use handles, and do not find it here.
        try {
            Files.createDirectory(path.resolve(name));
        } catch (FileAlreadyExistsException expected) {
            // What it is shows when it is opened.
        }
    }

    /** Makes the names in this directory last over a power failure. */
    void sync() throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Opens a file to be read; never through a link. */
    InputStream read(Path name) throws IOException {
        return Channels.newInputStream(
                stream.newByteChannel(name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)));
    }

    /** Creates a file, which must not be there yet, to be written. */
    SeekableByteChannel create(Path name) throws IOException {
        return stream.newByteChannel(name, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW));
    }

    /** Takes a directory away, once those in it are; fails at the first thing that lies there. */
    void prune(Path name) throws IOException {
        try (Directory directory = child(name)) {
            Names names = directory.names();
            while (names.hasNext()) {
                directory.prune(names.next());
            }
        }
        stream.deleteDirectory(name);
    }

    /** Takes a directory away if nothing is in it; fails otherwise, and where it is a link. */
    void removeEmpty(Path name) throws IOException {
        stream.deleteDirectory(name);
    }

    /**
     * Gives a file in this directory a second name, unless something has that name already.
     *
     * @throws FileAlreadyExistsException if something has
     */
    void link(Path name, Path newName) throws IOException {
        // By path, because Java's directory handles cannot. If the path leads elsewhere meanwhile, the file is not
        // found there, or another file gets a name there; the following steps use handles, and do not find it here.
        Files.createLink(path.resolve(newName), path.resolve(name));
    }

    /** Returns true if it is empty; to be called once, and not together with {@link #names}. */
    boolean isEmpty() throws IOException {
        return !names().hasNext();
    }

    /** Returns the names in it, in no order; to be called once. */
    Names names() {
        return new Names(stream.iterator());
    }

    /** Names in a directory, with failures that cannot be ignored. */
    static final class Names {

        private final Iterator<Path> entries;

        private Names(Iterator<Path> entries) {
            this.entries = entries;
        }

        boolean hasNext() throws IOException {
            try {
                return entries.hasNext();
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
        }

        Path next() throws IOException {
            try {
                return entries.next().getFileName();
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
        }
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
