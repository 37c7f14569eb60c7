package io.sexton.client;

/**
 * An event breaks a rule of the schema: the fold would not apply it but put it among the dead letters. Nothing was
 * sent.
 */
public final class InvalidEventException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String field;

    InvalidEventException(String field, String problem) {
        super(field + " " + problem);
        this.field = field;
    }

    /** The field at fault, as in the schema: {@code manifest_edit.added[2].path}. */
    public String field() {
        return field;
    }
}
