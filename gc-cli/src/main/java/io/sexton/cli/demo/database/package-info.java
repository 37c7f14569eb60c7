/**
 * The database of the demo, and an example of how a storage engine is joined to Sexton: RocksDB on local disks, one
 * instance a region, with every SST file copied to shared storage when it is made.
 *
 * <h2>What the region consists of</h2>
 *
 * RocksDB commits a flush or a compaction by itself; its listener hears of that afterwards and cannot object. Sexton's
 * contract (design, section 3a) is about commits that wait: a file is announced, <em>then</em> written, then committed,
 * then the commit is published. Both are true together, because two things that are one in RocksDB are two here:
 *
 * <ul>
 *   <li><em>The local disk</em> of the node that leads. RocksDB writes and deletes there as it likes, ahead of
 *       everybody. Sexton knows nothing of it, and nobody but the leader reads it.
 *   <li><em>Shared storage.</em> A region consists of the files that its {@link Manifest} names, in the version that
 *       {@link ManifestFile#commit} last put in place: written beside, synced, renamed. That rename is the commit. It
 *       is what readers follow, what a new leader begins from, and what Sexton protects; and it is ours, so it waits
 *       for whatever it has to wait for.
 * </ul>
 *
 * The leader follows RocksDB in one thread a region ({@link RegionLeader}) and does everything again on shared storage,
 * in the same order ({@link SharedStorageCommits}). If it falls behind, writes wait; if it fails, it stops, and shared
 * storage has an older state that is whole.
 *
 * <h2>What happens for a flush</h2>
 *
 * <ol>
 *   <li>{@code onTableFileCreated}: the file is complete and synced. The callback gives it a second name (a hard link)
 *       and returns; RocksDB waits for no network, and may delete its own name at any time.
 *   <li>{@code FileWritten} is published and acknowledged. A node that dies from here on leaves a file that Sexton knows.
 *   <li>The file is copied to the store and synced. If that fails, {@code WriteFailed}: there certainly was no commit.
 *   <li>{@code onFlushCompleted}: RocksDB has the file in its list. Only now may the manifest have it. If this comes so
 *       late that Sexton may soon take the file for an orphan, it is pinned first, until its edit is acknowledged.
 *   <li>The manifest is committed.
 *   <li>{@code ManifestEdit} is published and acknowledged, before the next commit begins.
 * </ol>
 *
 * <h2>What happens for a compaction</h2>
 *
 * <ol>
 *   <li>{@code onCompactionBegin}: {@code CompactionStarted}, without files, since RocksDB does not say what it will
 *       write.
 *   <li>{@code onTableFileCreated}, for each output: {@code CompactionStarted} again, with that file, acknowledged; then
 *       the copy. Each time the time-out begins anew.
 *   <li>{@code onCompactionCompleted}: if the time-out has passed, it is started again, and Sexton's answer is awaited.
 *       Then the manifest is committed, and {@code CompactionCompleted} is published with the edit. A file that only
 *       changed its level is no edit.
 *   <li>Or with an error: {@code CompactionFailed}. RocksDB says itself that it committed nothing.
 * </ol>
 *
 * Flushes and compactions run in threads of their own in RocksDB, so a compaction may be reported before the flush of
 * one of its inputs. Its commit then waits until the manifest has what it removes.
 *
 * <p>{@code onTableFileDeleted} is not listened to: that a node has no further use for its copy says nothing about the
 * file in the store. Nothing in this package deletes from the store; there is no code for it.
 *
 * <h2>The rest of the contract</h2>
 *
 * <ul>
 *   <li>Names are never used twice: RocksDB counts its files up, over restarts and moves, since its own manifest goes
 *       along. So no path that Sexton may be deleting comes to life again.
 *   <li>A snapshot is announced, then read ({@link io.sexton.client.RegionWriter#publishSnapshot}), in the leader's thread, where no
 *       commit can come in between. Sexton asks for one when a lost node has left files of which nobody can say whether
 *       they were committed ({@link LostCompaction}).
 *   <li>A region moves under its exclusive lock ({@link Region#migrate}). The new leader has a higher epoch and
 *       publishes {@code RegionOpened} before anything else, so whatever the old one might still send is refused.
 *   <li>A query pins the version that it reads, waits for the acceptance, and asks before each file whether the pin is
 *       still sure ({@link LongQuery}).
 * </ul>
 *
 * <h2>What a real engine does otherwise</h2>
 *
 * Here nobody elects leaders: the demo hands out epochs. The engine's metadata ({@link Engine#saveMetadata}) goes to
 * shared storage when a region is settled, not with every commit, so a leader that crashed could not be followed by
 * another from shared storage alone. There is no write-ahead log. None of that concerns Sexton.
 */
@NullMarked
package io.sexton.cli.demo.database;

import org.jspecify.annotations.NullMarked;
