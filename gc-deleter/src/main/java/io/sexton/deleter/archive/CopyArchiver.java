package io.sexton.deleter.archive;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.core.Treatment;
import io.sexton.deleter.storage.Archiver;
import io.sexton.deleter.storage.KeptName;
import io.sexton.deleter.storage.ObjectKey;
import io.sexton.deleter.storage.ObjectStore;
import io.sexton.deleter.storage.StorageProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An archiver that copies files to another store, under the name of the command, and reads each copy back: it counts
 * only if its length and its SHA-256 are those of the original.
 */
public final class CopyArchiver implements Archiver {

    private static final int BUFFER = 1 << 16;

    /**
     * The maximum number of files to copy before the originals are deleted. Each batch costs a stat of the originals.
     */
    private static final int FILES_AT_ONCE = 50;

    private static final long BYTES_AT_ONCE = 32L << 20;

    private final ObjectStore target;

    /** @param target store of the copies; exclusively used by the archive */
    public CopyArchiver(ObjectStore target) {
        this.target = target;
    }

    /** Returns one, and then twice as many each time: on slow storage, too, the files copied before count. */
    @Override
    public int atOnce(List<Candidate> files, int before) {
        int most = Math.min(files.size(), Math.min(before + 1, FILES_AT_ONCE));
        int count = 0;
        long bytes = 0;
        while (count < most && bytes < BYTES_AT_ONCE) {
            bytes += files.get(count).facts().sizeBytes();
            count++;
        }
        return count;
    }

    @Override
    public List<Archived> archive(
            ObjectStore objects,
            RegionRoot root,
            List<Candidate> files,
            Treatment.CommandName command,
            CallGuard guard) {
        List<Archived> archived = new ArrayList<>();
        for (Candidate file : files) {
            Optional<String> stop = guard.whyStop();
            archived.add(
                    stop.isPresent()
                            ? new Archived.NotKept("not attempted: " + stop.get())
                            : copy(objects, file, KeptName.key(ObjectKey.TOP, root, file.path(), command), guard));
        }
        return archived;
    }

    private Archived copy(ObjectStore objects, Candidate file, ObjectKey to, CallGuard guard) {
        long size = file.facts().sizeBytes();
        try {
            byte[] read;
            MessageDigest digest = sha256();
            try (InputStream in = new GuardedContent(new DigestInputStream(objects.read(file.key()), digest), guard)) {
                target.write(to, size, in);
                read = digest.digest();
            }
            // WARNING: the original is deleted next. The target's own metadata is not enough (a file whose archive is
            // not durable is never deleted).
            return Arrays.equals(read, contentOf(to, size, guard))
                    ? new Archived.Kept()
                    : new Archived.NotKept("the copy at " + to + " is not what was read");
        } catch (StorageProblemException e) {
            return new Archived.NotKept("cannot be copied: " + e.detail());
        } catch (IOException e) {
            return new Archived.NotKept("cannot be copied: " + e.getMessage());
        }
    }

    private byte[] contentOf(ObjectKey key, long size, CallGuard guard) throws StorageProblemException, IOException {
        MessageDigest digest = sha256();
        long length = 0;
        try (InputStream in = new GuardedContent(target.read(key), guard)) {
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
                length += read;
            }
        }
        if (length != size) {
            throw new IOException("the copy has " + length + " bytes, not " + size);
        }
        return digest.digest();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
