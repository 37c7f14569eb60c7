package io.sexton.deleter.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * The handle of an open directory. Everything is asked of a name within it, never of a path, and never through a
 * symbolic link: what another process renames or links meanwhile cannot lead elsewhere (I1).
 */
final class Directory implements Closeable {

    private final SecureDirectoryStream<Path> stream;

    private Directory(SecureDirectoryStream<Path> stream) {
        this.stream = stream;
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
            return new Directory(secure);
        }
        stream.close();
        throw StorageProblemException.unknown("the file system of " + path + " offers no directory handles");
    }

    /** The name as the file system has it; exactly one, which can neither climb nor start anew. */
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
        // Looked at first, because opening a named pipe would wait for its writer; opened without following links,
        // because it can be swapped after the look.
        if (!attributesOf(name).isDirectory()) {
            throw new NotDirectoryException(name.toString());
        }
        try {
            return new Directory(stream.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS));
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

    /** Whether nothing is in it; to be asked once. */
    boolean isEmpty() throws IOException {
        try {
            return !stream.iterator().hasNext();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
