package io.sexton.deleter.storage.s3;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.storage.ListingPage;
import io.sexton.deleter.storage.ListingSink;
import io.sexton.deleter.storage.Lookup;
import io.sexton.deleter.storage.Moved;
import io.sexton.deleter.storage.ObjectDeletion;
import io.sexton.deleter.storage.ObjectKey;
import io.sexton.deleter.storage.ObjectMove;
import io.sexton.deleter.storage.ObjectStore;
import io.sexton.deleter.storage.StorageProblemException;
import io.sexton.v1.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A bucket of S3, or of a server that speaks its protocol; or the part of one below a prefix.
 *
 * <p>A delete is bound to the object that was checked, by its etag, if the settings declare that the storage supports
 * that: a write in between has the result CHANGED. Only a complete listing of the key's range proves absence; an error
 * never does. After a lost or partial response the object is checked again before the request is repeated.
 *
 * <p>A move is a copy and a delete.
 */
public final class S3ObjectStore implements ObjectStore {

    private static final String DELIMITER = "/";

    /** In place of each byte that is not UTF-8. */
    private static final char REPLACEMENT = '\uFFFD';

    /** Upper bound on the write of a large object. The socket's time-out detects a stall. */
    private static final Duration WRITE_TIMEOUT = Duration.ofMinutes(30);

    private final S3Bucket bucket;

    /**
     * @param client closed by the caller; retries nothing by itself, since not every request may be retried without a
     *     check
     * @param settings the same that the client was made from
     */
    public S3ObjectStore(S3Client client, S3Settings settings) {
        AdaptiveRate rate = new AdaptiveRate(settings.keysPerSecond(), System::nanoTime);
        this.bucket = new S3Bucket(client, settings, new S3Requests(settings, rate));
    }

    @Override
    public Lookup stat(ObjectKey key) {
        return Objects.requireNonNull(
                S3Lookups.at(bucket, List.of(key), length -> Optional.empty()).get(key), "no response");
    }

    @Override
    public List<Lookup> statMany(List<ObjectKey> keys, CallGuard guard) {
        Map<ObjectKey, Lookup> lookups = S3Lookups.at(bucket, keys, guard);
        return keys.stream()
                .map(key -> Objects.requireNonNull(lookups.get(key), "no response"))
                .toList();
    }

    @Override
    public Duration timeToDelete() {
        // A check, and a delete.
        return bucket.settings().requestTimeout().multipliedBy(2);
    }

    @Override
    public List<FileResult> deleteMany(List<ObjectDeletion> objects, CallGuard guard) {
        @Nullable FileResult[] results = new @Nullable FileResult[objects.size()];
        int most = S3Deletes.most(bucket.settings());
        int next = 0;
        while (next < objects.size()) {
            // A key that stands there twice ends the part: its second turn finds it absent.
            Map<ObjectKey, Integer> part = new LinkedHashMap<>();
            int first = next;
            while (next < objects.size()
                    && part.size() < most
                    && !part.containsKey(objects.get(next).key())) {
                part.put(objects.get(next).key(), next);
                next++;
            }
            Map<ObjectKey, FileResult> ofPart = S3Deletes.of(bucket, objects.subList(first, next), guard);
            part.forEach((key, index) -> results[index] = withVersions(key, ofPart.get(key), guard));
        }
        return Arrays.stream(results)
                .map(each -> Objects.requireNonNull(each, "no result"))
                .toList();
    }

    private @Nullable FileResult withVersions(ObjectKey key, @Nullable FileResult result, CallGuard guard) {
        boolean gone =
                result != null && (result.outcome() == Outcome.DELETED || result.outcome() == Outcome.ALREADY_ABSENT);
        if (!gone || bucket.settings().versions() == S3Settings.Versions.KEEP) {
            return result;
        }
        try {
            new S3Versions(bucket).purge(key, guard);
            return result;
        } catch (StorageProblemException e) {
            return FileResult.retryable(e.detail());
        }
    }

    @Override
    public Moved move(ObjectMove move, CallGuard guard) {
        Moved moved = new S3Moves(bucket).move(move, guard);
        // Absent, too: a crash may have come after the delete.
        boolean gone = moved instanceof Moved.Done || moved instanceof Moved.Absent;
        if (!gone || bucket.settings().versions() == S3Settings.Versions.KEEP) {
            return moved;
        }
        try {
            new S3Versions(bucket).purge(move.from(), guard);
            return moved;
        } catch (StorageProblemException e) {
            return new Moved.Unknown(e.detail());
        }
    }

    @Override
    public void list(ObjectKey directory, ListingSink sink, CallGuard guard)
            throws StorageProblemException, InterruptedException {
        String name = bucket.name(directory);
        String prefix = name.isEmpty() || name.endsWith(DELIMITER) ? name : name + DELIMITER;
        @Nullable String token = null;
        boolean more = true;
        while (more) {
            ListObjectsV2Response answer = bucket.list(
                    ListObjectsV2Request.builder()
                            .prefix(prefix)
                            .delimiter(DELIMITER)
                            .continuationToken(token),
                    guard);
            sink.accept(pageOf(answer, prefix, guard));
            more = Boolean.TRUE.equals(answer.isTruncated());
            token = answer.nextContinuationToken();
            if (more && token == null) {
                throw StorageProblemException.unknown("the listing is truncated, and has no continuation token");
            }
        }
    }

    private ListingPage pageOf(ListObjectsV2Response answer, String prefix, CallGuard guard)
            throws StorageProblemException {
        List<ListingPage.Listed> objects = new ArrayList<>();
        List<String> unrepresentable = new ArrayList<>();
        for (S3Object object : answer.contents()) {
            requireWithin(prefix, object.key());
            if (isDirectoryMarker(object, prefix)) {
                continue;
            }
            Optional<ObjectKey> key = exactKey(object.key(), object.key(), guard);
            if (key.isPresent()) {
                objects.add(new ListingPage.Listed(key.get(), S3Bucket.factsOf(object)));
            } else {
                unrepresentable.add(forPeople(object.key()));
            }
        }
        List<ObjectKey> directories = new ArrayList<>();
        for (CommonPrefix common : answer.commonPrefixes()) {
            requireWithin(prefix, common.prefix());
            String name = common.prefix().substring(0, common.prefix().length() - DELIMITER.length());
            exactKey(name, common.prefix(), guard)
                    .ifPresentOrElse(directories::add, () -> unrepresentable.add(forPeople(common.prefix())));
        }
        return new ListingPage(objects, directories, unrepresentable);
    }

    /**
     * Returns true for an object that only makes an empty directory visible, as consoles and file gateways create them.
     */
    private static boolean isDirectoryMarker(S3Object object, String prefix) {
        return object.key().equals(prefix) && Long.valueOf(0).equals(object.size());
    }

    /**
     * Returns the key of a listed name; empty if it is none, or not certainly the storage's name. S3's keys are UTF-8,
     * but some servers keep others, and the client decodes bytes that are not UTF-8 to U+FFFD: then only the storage
     * can tell whether the name exists.
     */
    private Optional<ObjectKey> exactKey(String name, String listed, CallGuard guard) throws StorageProblemException {
        Optional<ObjectKey> key = bucket.key(name);
        if (key.isEmpty() || name.indexOf(REPLACEMENT) < 0 || bucket.isNamed(listed, guard)) {
            return key;
        }
        return Optional.empty();
    }

    private static String forPeople(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%2F", DELIMITER);
    }

    private static void requireWithin(String prefix, String name) throws StorageProblemException {
        if (!name.startsWith(prefix)) {
            throw StorageProblemException.unknown("the listing of " + prefix + " names " + name);
        }
    }

    @Override
    public void prune(ObjectKey directory) {
        // Directories are parts of keys here.
    }

    @Override
    public boolean create(ObjectKey key, byte[] content, CallGuard guard) throws StorageProblemException {
        // A server that does not support the condition would replace the object: after this check, it does so in a race
        // only.
        switch (stat(key)) {
            case Lookup.Absent absent -> {}
            case Lookup.Found found -> {
                return false;
            }
            case Lookup.Refused refused -> throw StorageProblemException.refused(refused.detail());
            case Lookup.Unknown unknown -> throw StorageProblemException.unknown(unknown.detail());
        }
        PutObjectRequest request = PutObjectRequest.builder()
                .bucket(bucket.bucket())
                .key(bucket.name(key))
                .contentLength((long) content.length)
                .ifNoneMatch("*")
                .build();
        try {
            PutObjectResponse answer = bucket.requests()
                    .change(
                            "cannot create",
                            1,
                            guard,
                            () -> bucket.client().putObject(request, RequestBody.fromBytes(content)));
            if (answer.eTag() == null) {
                throw StorageProblemException.unknown("cannot create: the response does not name the object");
            }
            return true;
        } catch (AwsServiceException e) {
            if (e.statusCode() == 412 || S3Problem.isConditionFailed(S3Problem.codeOf(e))) {
                return false;
            }
            throw S3Problem.unknown("cannot create", e);
        } catch (SdkException e) {
            throw S3Problem.unknown("cannot create", e);
        }
    }

    @Override
    public InputStream read(ObjectKey key) throws StorageProblemException {
        try {
            return new S3Content(bucket.client()
                    .getObject(GetObjectRequest.builder()
                            .bucket(bucket.bucket())
                            .key(bucket.name(key))
                            .build()));
        } catch (NoSuchKeyException e) {
            if (S3Problem.NO_SUCH_KEY.equals(S3Problem.codeOf(e))) {
                throw StorageProblemException.absent("");
            }
            throw S3Problem.unknown("cannot read", e);
        } catch (SdkException e) {
            throw S3Problem.unknown("cannot read", e);
        }
    }

    @Override
    public void write(ObjectKey key, long sizeBytes, InputStream content) throws StorageProblemException, IOException {
        PutObjectRequest request = PutObjectRequest.builder()
                .bucket(bucket.bucket())
                .key(bucket.name(key))
                .contentLength(sizeBytes)
                .overrideConfiguration(override -> override.apiCallTimeout(WRITE_TIMEOUT))
                .build();
        try (ExactLength exact = new ExactLength(content, sizeBytes)) {
            // Sent once: the content cannot be read again.
            PutObjectResponse answer =
                    bucket.client().putObject(request, RequestBody.fromInputStream(exact, sizeBytes));
            // WARNING: the original may go next. A 200 of something else than the storage names no object.
            if (answer.eTag() == null) {
                throw StorageProblemException.unknown("cannot write: the response does not name the object");
            }
        } catch (SdkException e) {
            throw S3Problem.unknown("cannot write", e);
        }
    }
}
