package io.sexton.client;

/**
 * The failure of an event that breaks a rule of the schema, or that is too large for one record. The fold would not
 * apply it but emit it as a dead letter. Nothing was sent, and a repeat fails in the same way.
 *
 * <p>Where the event stands for a commit that has happened ({@link RegionWriter#edit}, {@link CompactionScope#complete}),
 * the region needs {@link RegionWriter#reopen} and a snapshot.
 */
public final class InvalidEventException extends SextonException {

    private static final long serialVersionUID = 1L;

    private final String field;

    /**
     * Creates the failure of an event.
     *
     * @param field the name of the field, as in the schema
     * @param problem the problem, as a phrase with the field as its subject
     */
    public InvalidEventException(String field, String problem) {
        super(field + " " + problem, null);
        this.field = field;
    }

    /** Returns the name of the invalid field, as in the schema: {@code manifest_edit.added[2].path}. */
    public String field() {
        return field;
    }
}
