package io.sexton.simulation.database;

/** What a database knows of its files. */
public enum DatabaseKind {
    /** A manifest whose versions form a chain. */
    VERSIONED,
    /** A manifest without versions: nobody can see that an edit is missing. */
    UNVERSIONED,
    /** No manifest: files go by age. */
    RETENTION_ONLY
}
