package io.sexton.deleter.storage.s3;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.Expectation;
import io.sexton.deleter.core.Expectation.Verdict;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.ObjectFacts;
import io.sexton.deleter.storage.Lookup;
import io.sexton.deleter.storage.Moved;
import io.sexton.deleter.storage.ObjectDeletion;
import io.sexton.deleter.storage.ObjectKey;
import io.sexton.deleter.storage.ObjectMove;
import io.sexton.deleter.storage.StorageProblemException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;

/**
 * A move of objects: copies within the storage, then deletes the original. A crash between leaves both, and the next
 * attempt continues from there.
 */
final class S3Moves {

    /** The largest object that one CopyObject can copy. */
    private static final long LARGEST = 5L << 30;

    private static final String WHAT = "cannot copy";

    private final S3Bucket bucket;

    S3Moves(S3Bucket bucket) {
        this.bucket = bucket;
    }

    Moved move(ObjectMove move, CallGuard guard) {
        Map<ObjectKey, Lookup> lookups = S3Lookups.at(bucket, List.of(move.from(), move.to()), guard);
        Lookup target = Objects.requireNonNull(lookups.get(move.to()), "no response");
        return switch (Objects.requireNonNull(lookups.get(move.from()), "no response")) {
            case Lookup.Absent absent -> new Moved.Absent(absent.detail());
            case Lookup.Refused refused -> new Moved.Refused(refused.detail());
            case Lookup.Unknown unknown -> new Moved.Unknown(unknown.detail());
            case Lookup.Found found ->
                switch (move.expected().verify(found.facts())) {
                    case Verdict.Different different -> new Moved.Changed(different.detail());
                    case Verdict.Unverifiable unverifiable -> new Moved.Refused(unverifiable.detail());
                    case Verdict.TooYoung young -> new Moved.TooYoung(young);
                    case Verdict.Same same -> move(move, found.facts(), target, guard);
                };
        };
    }

    private Moved move(ObjectMove move, ObjectFacts facts, Lookup target, CallGuard guard) {
        return switch (target) {
            case Lookup.Absent absent -> copyThenDelete(move, facts, guard);
            case Lookup.Found copy ->
                isCopy(facts, copy.facts())
                        ? delete(move, facts, guard)
                        : move.again()
                                ? copyThenDelete(move, facts, guard)
                                : new Moved.Taken("something lies at " + move.to());
            case Lookup.Refused refused -> new Moved.Refused(refused.detail());
            case Lookup.Unknown unknown -> new Moved.Unknown(unknown.detail());
        };
    }

    private static boolean isCopy(ObjectFacts facts, ObjectFacts other) {
        return facts.etag() != null && facts.etag().equals(other.etag()) && facts.sizeBytes() == other.sizeBytes();
    }

    private Moved copyThenDelete(ObjectMove move, ObjectFacts facts, CallGuard guard) {
        if (facts.sizeBytes() > LARGEST) {
            return new Moved.Refused("S3 copies 5 GiB at once, and the file has " + facts.sizeBytes() + " bytes");
        }
        CopyObjectRequest.Builder request = CopyObjectRequest.builder()
                .sourceBucket(bucket.bucket())
                .sourceKey(bucket.name(move.from()))
                .destinationBucket(bucket.bucket())
                .destinationKey(bucket.name(move.to()))
                .copySourceIfMatch(facts.etag());
        if (!move.again()) {
            // WARNING: an object written there since the check stays (I1).
            request.ifNoneMatch("*");
        }
        try {
            CopyObjectResponse answer = bucket.requests()
                    .change(WHAT, 1, guard, () -> bucket.client().copyObject(request.build()));
            // WARNING: the original is deleted next. A response that does not name the copy is no proof of one.
            if (answer.copyObjectResult() == null || answer.copyObjectResult().eTag() == null) {
                return new Moved.Unknown(WHAT + ": the response does not name the copy");
            }
        } catch (AwsServiceException e) {
            return e.statusCode() == 412
                    ? new Moved.Unknown("written again since the check")
                    : new Moved.Unknown(WHAT + ": " + S3Problem.describe(e));
        } catch (SdkException e) {
            return new Moved.Unknown(WHAT + ": " + S3Problem.describe(e));
        } catch (StorageProblemException e) {
            return new Moved.Unknown(e.detail());
        }
        return delete(move, facts, guard);
    }

    /** Deletes the original, if it is still what was copied. */
    private Moved delete(ObjectMove move, ObjectFacts facts, CallGuard guard) {
        Expectation copied = Expectation.exactly(facts);
        FileResult result = Objects.requireNonNull(
                S3Deletes.of(bucket, List.of(new ObjectDeletion(move.from(), copied)), guard)
                        .get(move.from()),
                "no result");
        return switch (result.outcome()) {
            case DELETED, ALREADY_ABSENT -> new Moved.Done(facts.sizeBytes());
            case CHANGED -> new Moved.Changed(result.detail());
            case REFUSED -> new Moved.Refused(result.detail());
            case FAILED_RETRYABLE,
                    FAILED,
                    REVOKED,
                    TRASHED,
                    ARCHIVED,
                    WOULD_DELETE,
                    OUTCOME_UNSPECIFIED,
                    UNRECOGNIZED -> new Moved.Unknown(result.detail());
        };
    }
}
