package io.sexton.client;

import org.jspecify.annotations.Nullable;

/**
 * The failure of an operation of the client. Its subtypes are all failures that there are; each stands for something
 * else that the caller can do:
 *
 * <table>
 *   <caption>The subtypes</caption>
 *   <tr><th>subtype</th><th>what is known</th><th>what the caller can do</th></tr>
 *   <tr><td>{@link InvalidEventException}</td><td>nothing was sent</td>
 *       <td>correct the request; a repeat fails in the same way</td></tr>
 *   <tr><td>{@link VersionConflictException}</td><td>nothing was sent, or no complete snapshot</td>
 *       <td>publish the edits that are missing, or stop commits for a moment, and call again</td></tr>
 *   <tr><td>{@link PublishException}</td><td>nothing: the record may be in the log</td>
 *       <td>call again if the operation is idempotent, or reopen the region; never claim a failure, never delete</td></tr>
 *   <tr><td>{@link NoAnswerException}</td><td>the request may still take effect</td>
 *       <td>call again, or go on without the answer</td></tr>
 *   <tr><td>{@link RejectedException}</td><td>Sexton has read the request and not applied it</td>
 *       <td>do without, or request something else</td></tr>
 *   <tr><td>{@link LockUnavailableException}</td><td>the lock is not held and will not be</td>
 *       <td>call again later</td></tr>
 * </table>
 *
 * <p>Unchecked, because the same failure is thrown by a blocking method, carried by a future, and passed through the
 * caller's own functions ({@link FileLister}, {@link ManifestSource}); a checked exception would have to be wrapped in
 * the last two, and then be searched for.
 *
 * <p>A call on something that the caller has closed, or of a client that is closed, is a mistake of the program: it is
 * an {@link IllegalStateException} and none of these.
 */
public abstract sealed class SextonException extends RuntimeException
        permits InvalidEventException,
                VersionConflictException,
                PublishException,
                NoAnswerException,
                RejectedException,
                LockUnavailableException {

    private static final long serialVersionUID = 1L;

    SextonException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
