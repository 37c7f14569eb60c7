/**
 * What the demo proves at its end, and from what: the log as it was written, the store as it was watched from outside,
 * RocksDB's own list of files, and contents that are computed without the database. No proof takes Sexton's word for
 * anything that it can see otherwise, and none holds because nothing happened.
 */
@NullMarked
package io.sexton.demo.proof;

import org.jspecify.annotations.NullMarked;
