/**
 * The database of the demo, and an example of a database that embeds Sexton: RocksDB on local disks, one instance a
 * region, with every SST file copied to shared storage when it is made. The integration is the library's,
 * {@link io.sexton.sources.rocksdb}; this package holds what a database adds to it.
 *
 * <ul>
 *   <li>Nodes and moves. A region moves under its exclusive lock ({@link Region#migrate}). The new leader has a higher
 *       epoch and publishes {@code RegionOpened} before anything else, so later events of the old one are rejected.
 *   <li>A restore of RocksDB from shared storage ({@link Restore}). Beside the stored files it needs the engine's
 *       metadata ({@link Engine#saveMetadata}).
 *   <li>Queries that pin the version that they read ({@link LongQuery}), and one that dies ({@link SilentQuery}).
 *   <li>A compaction that another node runs and does not survive ({@link LostCompaction}).
 *   <li>A workload of which the expected contents can be computed ({@link Workload}, {@link ExpectedContents}).
 * </ul>
 *
 * <h2>Differences of a real database</h2>
 *
 * The demo has no leader election: it assigns epochs. The engine's metadata is copied to shared storage when a region is
 * settled, not with every commit, so no other node could follow a crashed leader from shared storage alone. There is no
 * write-ahead log. None of that concerns Sexton.
 */
@NullMarked
package io.sexton.demo.database;

import org.jspecify.annotations.NullMarked;
