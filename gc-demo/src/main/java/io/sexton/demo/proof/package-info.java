/**
 * The proofs at the end of the demo, from the log as it was written, the store as it was observed from outside,
 * RocksDB's own list of files, and contents that are computed without the database. No proof relies on Sexton where it
 * has another source, and none holds because nothing happened.
 */
@NullMarked
package io.sexton.demo.proof;

import org.jspecify.annotations.NullMarked;
