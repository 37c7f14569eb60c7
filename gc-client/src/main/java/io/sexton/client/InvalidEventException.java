package io.sexton.client;

/**
 * An event that breaks a rule of the schema. The fold would not apply it but emit it as a dead letter. Nothing was
 * sent.
 */
public final class InvalidEventException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String field;

    InvalidEventException(String field, String problem) {
        super(field + " " + problem);
        this.field = field;
    }

    /** Returns the name of the invalid field, as in the schema: {@code manifest_edit.added[2].path}. */
    public String field() {
        return field;
    }
}
