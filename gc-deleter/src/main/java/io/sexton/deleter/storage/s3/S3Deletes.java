package io.sexton.deleter.storage.s3;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.Expectation.Verdict;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.ObjectFacts;
import io.sexton.deleter.storage.Lookup;
import io.sexton.deleter.storage.ObjectDeletion;
import io.sexton.deleter.storage.ObjectKey;
import io.sexton.deleter.storage.StorageProblemException;
import io.sexton.v1.Outcome;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.Delete;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.DeletedObject;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;

/**
 * A deletion of objects: checks them, requests the deletion of those that are still the condemned ones, page by page,
 * and checks again those with an unclear response, until each has its own result.
 *
 * <p>For one thread, and one set of objects.
 */
final class S3Deletes {

    private static final String WHAT = "cannot delete";

    private final S3Bucket bucket;
    private final CallGuard guard;
    private final Map<ObjectKey, ObjectDeletion> open = new LinkedHashMap<>();
    private final Map<ObjectKey, String> problems = new HashMap<>();
    private final Map<ObjectKey, ObjectFacts> accepted = new HashMap<>();
    private final Map<ObjectKey, FileResult> results = new HashMap<>();

    private S3Deletes(S3Bucket bucket, CallGuard guard) {
        this.bucket = bucket;
        this.guard = guard;
    }

    /**
     * Returns how many objects may be checked before the first of them is deleted. Listings cost money, deletes do not:
     * where a delete is bound to the object that was checked, one listing serves several pages.
     */
    static int most(S3Settings settings) {
        // WARNING: else a write between check and delete is lost: so the time between is as short as possible (I1).
        return settings.conditional() == S3Settings.Conditional.NONE
                ? settings.pageSize()
                : Math.max(settings.pageSize(), S3Lookups.PAGE);
    }

    /**
     * Returns one result for each key.
     *
     * @param objects no key twice; at most {@link #most} of them, which one check covers
     */
    static Map<ObjectKey, FileResult> of(S3Bucket bucket, List<ObjectDeletion> objects, CallGuard guard) {
        S3Deletes deletes = new S3Deletes(bucket, guard);
        objects.forEach(each -> deletes.open.put(each.key(), each));
        try {
            deletes.repeat();
        } catch (StorageProblemException e) {
            deletes.open
                    .keySet()
                    .forEach(key -> deletes.problems.merge(key, e.detail(), (first, then) -> first + "; " + then));
        }
        deletes.open
                .keySet()
                .forEach(key -> deletes.results.put(
                        key,
                        FileResult.retryable(deletes.problems.getOrDefault(
                                key, "the storage reported the file as deleted, and still has it"))));
        return deletes.results;
    }

    private void repeat() throws StorageProblemException {
        for (int attempt = 1; ; attempt++) {
            Map<ObjectKey, ObjectFacts> condemned = check();
            if (!condemned.isEmpty()) {
                switch (bucket.settings().conditional()) {
                    case BULK, NONE -> deletePages(condemned);
                    case SINGLE -> deleteOneByOne(condemned);
                }
            }
            if (open.isEmpty() || attempt == S3Requests.ATTEMPTS) {
                return;
            }
            if (!problems.isEmpty()) {
                bucket.requests().pause(WHAT, attempt, guard);
            }
        }
    }

    /**
     * Returns those of the open ones that are still the condemned ones; the others have their result, or their problem
     * is noted.
     */
    private Map<ObjectKey, ObjectFacts> check() {
        Map<ObjectKey, ObjectFacts> condemned = new LinkedHashMap<>();
        S3Lookups.at(bucket, List.copyOf(open.keySet()), guard).forEach((key, lookup) -> {
            switch (lookup) {
                case Lookup.Found found -> verify(key, found.facts(), condemned);
                case Lookup.Absent absent -> settle(key, absent(key));
                case Lookup.Refused refused -> settle(key, FileResult.refused(refused.detail()));
                case Lookup.Unknown unknown -> problems.put(key, unknown.detail());
            }
        });
        return condemned;
    }

    private FileResult absent(ObjectKey key) {
        ObjectFacts facts = accepted.get(key);
        if (facts != null) {
            return deleted(facts);
        }
        // A response can be lost after the deletion: then the object is absent because of it.
        String problem = problems.get(key);
        return FileResult.of(Outcome.ALREADY_ABSENT, problem == null ? "" : "after: " + problem);
    }

    private void verify(ObjectKey key, ObjectFacts facts, Map<ObjectKey, ObjectFacts> condemned) {
        ObjectDeletion deletion = open.get(key);
        if (deletion == null) {
            return;
        }
        switch (deletion.expected().verify(facts)) {
            case Verdict.Same same -> condemned.put(key, facts);
            case Verdict.Different different -> settle(key, FileResult.of(Outcome.CHANGED, different.detail()));
            case Verdict.Unverifiable unverifiable -> settle(key, FileResult.refused(unverifiable.detail()));
            case Verdict.TooYoung young -> settle(key, young.result());
        }
    }

    private void deletePages(Map<ObjectKey, ObjectFacts> condemned) throws StorageProblemException {
        Map<ObjectKey, ObjectFacts> page = new LinkedHashMap<>();
        int left = condemned.size();
        for (Map.Entry<ObjectKey, ObjectFacts> each : condemned.entrySet()) {
            page.put(each.getKey(), each.getValue());
            left--;
            if (left == 0 || page.size() == bucket.settings().pageSize()) {
                deleteInBulk(page);
                page.clear();
            }
        }
    }

    private void deleteInBulk(Map<ObjectKey, ObjectFacts> condemned) throws StorageProblemException {
        List<ObjectIdentifier> identifiers = condemned.entrySet().stream()
                .map(each -> identifier(each.getKey(), each.getValue()))
                .toList();
        DeleteObjectsRequest request = DeleteObjectsRequest.builder()
                .bucket(bucket.bucket())
                .delete(Delete.builder().objects(identifiers).quiet(false).build())
                .build();
        DeleteObjectsResponse answer;
        try {
            answer = bucket.requests()
                    .change(WHAT, condemned.size(), guard, () -> bucket.client().deleteObjects(request));
        } catch (SdkException e) {
            // WARNING: some may be deleted, or none: only a second stat decides (I5).
            condemned.keySet().forEach(key -> problems.put(key, WHAT + ": " + S3Problem.describe(e)));
            return;
        }
        condemned
                .keySet()
                .forEach(key -> problems.put(key, "the storage's response to a delete did not name the file"));
        for (DeletedObject deleted : answer.deleted()) {
            bucket.key(deleted.key())
                    .filter(condemned::containsKey)
                    .ifPresent(key -> settle(key, deleted(condemned.get(key))));
        }
        for (S3Error error : answer.errors()) {
            bucket.key(error.key()).filter(condemned::containsKey).ifPresent(key -> settleError(key, error));
        }
    }

    private ObjectIdentifier identifier(ObjectKey key, ObjectFacts facts) {
        ObjectIdentifier.Builder identifier = ObjectIdentifier.builder().key(bucket.name(key));
        if (bucket.settings().conditional() == S3Settings.Conditional.BULK) {
            // WARNING: binds the delete to the object that was looked at: a writer may have come since (I1).
            identifier.eTag(facts.etag());
        }
        return identifier.build();
    }

    private void deleteOneByOne(Map<ObjectKey, ObjectFacts> condemned) throws StorageProblemException {
        for (Map.Entry<ObjectKey, ObjectFacts> each : condemned.entrySet()) {
            ObjectKey key = each.getKey();
            DeleteObjectRequest request = DeleteObjectRequest.builder()
                    .bucket(bucket.bucket())
                    .key(bucket.name(key))
                    .ifMatch(each.getValue().etag())
                    .build();
            try {
                var unused = bucket.requests()
                        .change(WHAT, 1, guard, () -> bucket.client().deleteObject(request));
                // WARNING: a response without a body, which any server can give. The next stat decides.
                accepted.put(key, each.getValue());
                problems.remove(key);
            } catch (AwsServiceException e) {
                settleError(key, String.valueOf(S3Problem.codeOf(e)), e.statusCode() == 412, S3Problem.describe(e));
            } catch (SdkException e) {
                problems.put(key, WHAT + ": " + S3Problem.describe(e));
            }
        }
    }

    private static FileResult deleted(@Nullable ObjectFacts facts) {
        return new FileResult(Outcome.DELETED, "", facts == null ? 0 : facts.sizeBytes());
    }

    private void settleError(ObjectKey key, S3Error error) {
        settleError(key, error.code(), false, "the storage responded " + error.code() + " of this file");
        if (S3Problem.isThrottling(error.code())) {
            bucket.requests().throttled();
        }
    }

    private void settleError(ObjectKey key, String code, boolean conditionFailed, String detail) {
        if (conditionFailed || S3Problem.isConditionFailed(code)) {
            settle(key, FileResult.of(Outcome.CHANGED, "written again between check and delete"));
        } else if (S3Problem.isKeyTooLong(code)) {
            settle(key, FileResult.refused(detail));
        } else if (S3Problem.isPassing(code) || S3Problem.NO_SUCH_KEY.equals(code)) {
            // Only the next stat proves absence.
            problems.put(key, detail);
        } else {
            settle(key, FileResult.retryable(detail));
        }
    }

    private void settle(ObjectKey key, FileResult result) {
        if (open.remove(key) != null) {
            results.put(key, result);
        }
    }
}
