package io.sexton.simulation.database;

/** The kind of manifest that a database has. */
public enum DatabaseKind {
    /** A manifest whose versions form a chain. */
    VERSIONED,
    /** A manifest without versions: a missing edit cannot be detected. */
    UNVERSIONED,
    /** No manifest: files go by age. */
    RETENTION_ONLY
}
