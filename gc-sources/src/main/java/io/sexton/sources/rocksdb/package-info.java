/**
 * RocksDB as a source of Sexton's events: one database on a local disk is one region, and every SST file is copied to
 * shared storage when it is made. {@link io.sexton.sources.rocksdb.RocksDbRegion} is the entry for the leader,
 * {@link io.sexton.sources.rocksdb.PinnedVersion} for readers.
 *
 * <h2>The two states of a region</h2>
 *
 * RocksDB commits a flush or a compaction by itself; its listener is called afterwards and cannot object. Sexton's
 * contract (design, section 3a) is about commits that wait: a file is announced, <em>then</em> written, then committed,
 * then the commit is published. Both hold, because two things that are one in RocksDB are separate here:
 *
 * <ul>
 *   <li><em>The local disk</em> of the leading node. RocksDB writes and deletes there ahead of all others. Sexton does
 *       not know it, and only the leader reads it.
 *   <li><em>Shared storage.</em> A region consists of the files that its {@link Manifest} names, in the version that
 *       {@link ManifestStore#commit} last put in place. That is the commit. Readers follow it, a new leader begins from
 *       it, and Sexton protects it; and it is the integration's own, so it can wait for the log.
 * </ul>
 *
 * The leader follows RocksDB in one thread a region ({@link RegionLeader}) and repeats everything on shared storage, in
 * the same order ({@link SharedStorageCommits}). If it falls behind, writes wait; if it fails, it stops, and shared
 * storage has an older, consistent state.
 *
 * <h2>The steps of a flush</h2>
 *
 * <ol>
 *   <li>{@code onTableFileCreated}: the file is complete and synced. The callback gives it a second name (a hard link)
 *       and returns; RocksDB waits for no network, and may delete its own name at any time.
 *   <li>{@code FileWritten} is published and acknowledged. A node that dies from here on leaves a file that Sexton
 *       knows.
 *   <li>The file is copied to the store. If that fails, {@code WriteFailed}: there certainly was no commit.
 *   <li>{@code onFlushCompleted}: RocksDB has the file in its list. Only now may the manifest have it. If this is so
 *       late that Sexton may soon count the file as an orphan, it is pinned first, until its edit is acknowledged.
 *   <li>The manifest is committed.
 *   <li>{@code ManifestEdit} is published and acknowledged, before the next commit begins.
 * </ol>
 *
 * <h2>The steps of a compaction</h2>
 *
 * <ol>
 *   <li>{@code onCompactionBegin}: {@code CompactionStarted}, without files, since RocksDB does not announce its outputs.
 *   <li>{@code onTableFileCreated}, for each output: {@code CompactionStarted} again, with that file, acknowledged; then
 *       the copy. Each restart renews the time-out.
 *   <li>{@code onCompactionCompleted}: if the time-out has passed, it is started again, and Sexton's answer is awaited.
 *       Then the manifest is committed, and {@code CompactionCompleted} is published with the edit. A file that only
 *       changed its level is no edit.
 *   <li>Or with an error: {@code CompactionFailed}. RocksDB itself reports that it committed nothing.
 * </ol>
 *
 * Flushes and compactions run in threads of their own in RocksDB, so a compaction may be reported before the flush of
 * one of its inputs. Its commit then waits until the manifest has what it removes.
 *
 * <p>{@code onTableFileDeleted} is ignored: a node that no longer needs its copy is no evidence about the file in the
 * store. Nothing in this package deletes from the store; there is no code for it.
 *
 * <h2>The start</h2>
 *
 * {@link RocksDbRegion#attach} compares RocksDB's own list with the manifest and commits the difference as one edit, so
 * a crash between any two steps above needs no log of its own. A database that has fewer writes than shared storage is
 * refused.
 *
 * <h2>Names</h2>
 *
 * RocksDB numbers its files continuously over restarts, since its own manifest moves along. What a start copies has the
 * epoch in its path. So no path that Sexton may be deleting becomes live again.
 */
@NullMarked
package io.sexton.sources.rocksdb;

import org.jspecify.annotations.NullMarked;
