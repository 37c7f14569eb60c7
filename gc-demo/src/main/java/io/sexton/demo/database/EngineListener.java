package io.sexton.demo.database;

import io.sexton.demo.database.EngineEvent.Broken;
import io.sexton.demo.database.EngineEvent.CompactionAborted;
import io.sexton.demo.database.EngineEvent.CompactionBegun;
import io.sexton.demo.database.EngineEvent.CompactionCommitted;
import io.sexton.demo.database.EngineEvent.FileCompacted;
import io.sexton.demo.database.EngineEvent.FileFlushed;
import io.sexton.demo.database.EngineEvent.FlushCommitted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.rocksdb.AbstractEventListener;
import org.rocksdb.BackgroundErrorReason;
import org.rocksdb.CompactionJobInfo;
import org.rocksdb.FlushJobInfo;
import org.rocksdb.RocksDB;
import org.rocksdb.Status;
import org.rocksdb.TableFileCreationInfo;
import org.rocksdb.TableFileCreationReason;

/**
 * A converter of RocksDB's callbacks to {@link EngineEvent}s.
 *
 * <p>RocksDB calls from its flush and compaction threads and waits for the return, so no callback may block: it gives a
 * finished file a second name (a hard link, which takes no time and remains when RocksDB removes its own), and passes
 * the event on. It passes failures on, too: an exception would be lost in native code.
 */
final class EngineListener extends AbstractEventListener {

    private final Path upload;
    private final Consumer<EngineEvent> events;

    /**
     * @param upload directory of the second names of finished files; on the file system of the database
     * @param events must not block
     */
    EngineListener(Path upload, Consumer<EngineEvent> events) {
        super(
                EnabledEventCallback.ON_TABLE_FILE_CREATED,
                EnabledEventCallback.ON_FLUSH_COMPLETED,
                EnabledEventCallback.ON_COMPACTION_BEGIN,
                EnabledEventCallback.ON_COMPACTION_COMPLETED,
                EnabledEventCallback.ON_BACKGROUND_ERROR);
        this.upload = upload;
        this.events = events;
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
            Path copy = Files.createLink(upload.resolve(name), local);
            if (file.getReason() == TableFileCreationReason.COMPACTION) {
                events.accept(new FileCompacted(file.getJobId(), name, copy));
            } else {
                events.accept(new FileFlushed(name, copy));
            }
        });
    }

    @Override
    public void onFlushCompleted(RocksDB db, FlushJobInfo flush) {
        guarded(() -> events.accept(new FlushCommitted(name(flush.getFilePath()), flush.getLargestSeqno())));
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
    public void onBackgroundError(BackgroundErrorReason reason, Status status) {
        guarded(() -> events.accept(new Broken("RocksDB: " + reason + ": " + status.getCodeString())));
    }

    private void guarded(Callback callback) {
        try {
            callback.run();
        } catch (IOException | RuntimeException e) {
            events.accept(new Broken("a callback of RocksDB failed: " + e));
        }
    }

    private static List<String> names(List<String> paths) {
        return paths.stream().map(EngineListener::name).toList();
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private interface Callback {
        void run() throws IOException;
    }
}
