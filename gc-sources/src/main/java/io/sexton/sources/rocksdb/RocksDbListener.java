package io.sexton.sources.rocksdb;

import io.sexton.sources.rocksdb.RocksDbEvent.Broken;
import io.sexton.sources.rocksdb.RocksDbEvent.CompactionAborted;
import io.sexton.sources.rocksdb.RocksDbEvent.CompactionBegun;
import io.sexton.sources.rocksdb.RocksDbEvent.CompactionCommitted;
import io.sexton.sources.rocksdb.RocksDbEvent.FileCompacted;
import io.sexton.sources.rocksdb.RocksDbEvent.FileFlushed;
import io.sexton.sources.rocksdb.RocksDbEvent.FlushCommitted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.rocksdb.AbstractEventListener;
import org.rocksdb.BackgroundErrorReason;
import org.rocksdb.CompactionJobInfo;
import org.rocksdb.ExternalFileIngestionInfo;
import org.rocksdb.FlushJobInfo;
import org.rocksdb.RocksDB;
import org.rocksdb.Status;
import org.rocksdb.TableFileCreationInfo;

/**
 * A converter of RocksDB's callbacks to {@link RocksDbEvent}s.
 *
 * <p>RocksDB calls from its flush and compaction threads and waits for the return, so no callback may block: it gives a
 * finished file a second name (a hard link, which takes no time and remains when RocksDB removes its own), and passes
 * the event on. It passes failures on, too: an exception would be lost in native code.
 *
 * <p>Until {@link #begin} it passes nothing on, except that RocksDB has failed.
 */
final class RocksDbListener extends AbstractEventListener {

    private static final String DEFAULT_COLUMN_FAMILY = "default";

    private final Path upload;
    private final Consumer<RocksDbEvent> events;
    private volatile boolean begun;

    /**
     * @param upload directory of the second names of finished files; on the file system of the database
     * @param events must not block
     */
    RocksDbListener(Path upload, Consumer<RocksDbEvent> events) {
        super(
                EnabledEventCallback.ON_TABLE_FILE_CREATED,
                EnabledEventCallback.ON_FLUSH_COMPLETED,
                EnabledEventCallback.ON_COMPACTION_BEGIN,
                EnabledEventCallback.ON_COMPACTION_COMPLETED,
                EnabledEventCallback.ON_EXTERNAL_FILE_INGESTED,
                EnabledEventCallback.ON_BACKGROUND_ERROR);
        this.upload = upload;
        this.events = events;
    }

    /** Passes events on from now on. Called while RocksDB's background work is paused. */
    void begin() {
        begun = true;
    }

    /** Receives a file that is complete and synced, and not yet in RocksDB's list. */
    @Override
    public void onTableFileCreated(TableFileCreationInfo file) {
        guarded(() -> {
            if (file.getStatus().getCode() != Status.Code.Ok) {
                // Failed, or empty and deleted. It was not announced, so nothing must be retracted.
                return;
            }
            Path local = Path.of(file.getFilePath());
            String name = local.getFileName().toString();
            if (!file.getColumnFamilyName().equals(DEFAULT_COLUMN_FAMILY)) {
                throw new IOException("column family " + file.getColumnFamilyName()
                        + " has a file, and only the default one is supported");
            }
            switch (file.getReason()) {
                case FLUSH -> events.accept(new FileFlushed(name, link(name, local)));
                case COMPACTION -> events.accept(new FileCompacted(file.getJobId(), name, link(name, local)));
                case RECOVERY, MISC ->
                    throw new IOException(name + " was made by " + file.getReason() + ", which is not supported");
            }
        });
    }

    @Override
    public void onFlushCompleted(RocksDB db, FlushJobInfo flush) {
        guarded(() -> {
            // The first write is number 1. Without any, all writes of the flush cancelled each other: there is no file.
            if (flush.getLargestSeqno() > 0) {
                events.accept(new FlushCommitted(name(flush.getFilePath()), flush.getLargestSeqno()));
            }
        });
    }

    @Override
    public void onCompactionBegin(RocksDB db, CompactionJobInfo compaction) {
        guarded(() -> events.accept(new CompactionBegun(compaction.jobId())));
    }

    @Override
    public void onCompactionCompleted(RocksDB db, CompactionJobInfo compaction) {
        guarded(() -> {
            Status status = compaction.status();
            if (status.getCode() == Status.Code.Ok) {
                events.accept(new CompactionCommitted(
                        compaction.jobId(), names(compaction.inputFiles()), names(compaction.outputFiles())));
            } else {
                events.accept(new CompactionAborted(compaction.jobId(), status.getCodeString()));
            }
        });
    }

    @Override
    public void onExternalFileIngested(RocksDB db, ExternalFileIngestionInfo file) {
        guarded(() -> {
            throw new IOException(file.getExternalFilePath() + " was ingested, which is not supported");
        });
    }

    @Override
    public void onBackgroundError(BackgroundErrorReason reason, Status status) {
        events.accept(new Broken("RocksDB: " + reason + ": " + status.getCodeString()));
    }

    private Path link(String name, Path local) throws IOException {
        return Files.createLink(upload.resolve(name), local);
    }

    private void guarded(Callback callback) {
        if (!begun) {
            return;
        }
        try {
            callback.run();
        } catch (IOException | RuntimeException | Error e) {
            events.accept(new Broken("a callback of RocksDB failed: " + e));
        }
    }

    private static List<String> names(List<String> paths) {
        return paths.stream().map(RocksDbListener::name).toList();
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private interface Callback {
        void run() throws IOException;
    }
}
