package io.sexton.client;

/**
 * The failure of a request that Sexton's services have not answered in time. The request is in the log and may still
 * take effect. Publishing does not depend on the services, and goes on without them.
 */
public final class NoAnswerException extends SextonException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the failure of a request.
     *
     * @param message the request, and for how long its answer was awaited, for people
     */
    public NoAnswerException(String message) {
        super(message, null);
    }
}
