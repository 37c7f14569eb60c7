package io.sexton.deleter.storage.s3;

import io.sexton.deleter.storage.StorageProblemException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** The meaning of an error of S3 for the object of a request. */
final class S3Problem {

    static final String NO_SUCH_KEY = "NoSuchKey";

    /** Another writer's request was under way for the same key: to be looked at again. */
    static final String CONFLICT = "ConditionalRequestConflict";

    private static final String PRECONDITION_FAILED = "PreconditionFailed";
    private static final String KEY_TOO_LONG = "KeyTooLongError";
    private static final Set<String> THROTTLING =
            Set.of("SlowDown", "ServiceUnavailable", "Throttling", "ThrottlingException", "RequestLimitExceeded");
    private static final Set<String> PASSING =
            Set.of("InternalError", "RequestTimeout", "OperationAborted", "RequestTimeTooSkewed", CONFLICT);

    private S3Problem() {}

    static boolean isThrottling(@Nullable String code) {
        return code != null && THROTTLING.contains(code);
    }

    /** Returns true if the same may succeed a moment later. */
    static boolean isPassing(@Nullable String code) {
        return code != null && (PASSING.contains(code) || THROTTLING.contains(code));
    }

    static boolean isConditionFailed(@Nullable String code) {
        return PRECONDITION_FAILED.equals(code);
    }

    static boolean isKeyTooLong(@Nullable String code) {
        return KEY_TOO_LONG.equals(code);
    }

    static boolean isThrottling(SdkException e) {
        return e instanceof AwsServiceException service
                && (isThrottling(codeOf(service)) || service.statusCode() == 503 || service.statusCode() == 429);
    }

    /** Returns true if the same request may succeed a moment later. */
    static boolean isPassing(SdkException e) {
        // A request without a response, or with an incomplete one, is retried.
        return !(e instanceof AwsServiceException service)
                || service.statusCode() >= 500
                || service.statusCode() == 429
                || isPassing(codeOf(service));
    }

    static @Nullable String codeOf(AwsServiceException e) {
        AwsErrorDetails details = e.awsErrorDetails();
        return details == null ? null : details.errorCode();
    }

    /** WARNING: never absence. Only a listing, or a response that names the key, proves absence (I5). */
    static StorageProblemException unknown(String what, SdkException e) {
        return StorageProblemException.unknown(what + ": " + describe(e));
    }

    static String describe(SdkException e) {
        if (e instanceof AwsServiceException service) {
            String code = codeOf(service);
            return "the storage responded " + service.statusCode() + (code == null ? "" : " " + code);
        }
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }
}
