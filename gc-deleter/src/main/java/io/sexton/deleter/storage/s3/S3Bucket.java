package io.sexton.deleter.storage.s3;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.ObjectFacts;
import io.sexton.deleter.storage.ObjectKey;
import io.sexton.deleter.storage.StorageProblemException;
import java.time.Instant;
import java.util.Optional;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A bucket, names in it, and verified listings. */
final class S3Bucket {

    private final S3Client client;
    private final S3Settings settings;
    private final S3Requests requests;
    private final String prefix;

    S3Bucket(S3Client client, S3Settings settings, S3Requests requests) {
        this.client = client;
        this.settings = settings;
        this.requests = requests;
        this.prefix = settings.prefix().isEmpty() ? "" : settings.prefix() + "/";
    }

    S3Client client() {
        return client;
    }

    S3Settings settings() {
        return settings;
    }

    S3Requests requests() {
        return requests;
    }

    String bucket() {
        return settings.bucket();
    }

    /** Returns the name of the key in the bucket. */
    String name(ObjectKey key) {
        return prefix + key.value();
    }

    /** Returns the key of that name; empty if no event can name it, as a directory marker. */
    Optional<ObjectKey> key(String name) {
        if (!name.startsWith(prefix)) {
            return Optional.empty();
        }
        try {
            return Optional.of(ObjectKey.of(name.substring(prefix.length())));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Returns a part of a listing, after verifying that the response is one. */
    ListObjectsV2Response list(ListObjectsV2Request.Builder request, CallGuard guard) throws StorageProblemException {
        ListObjectsV2Request sent =
                request.bucket(bucket()).encodingType(EncodingType.URL).build();
        ListObjectsV2Response answer = requests.send("cannot list", guard, () -> client.listObjectsV2(sent));
        // WARNING: a key that a listing lacks counts as absent. A page of another server, or half a document that
        // happens to parse, must not (I5): S3 repeats the bucket's name and contains the truncation flag.
        if (!bucket().equals(answer.name()) || answer.isTruncated() == null) {
            throw StorageProblemException.unknown("cannot list: the response is no listing of bucket " + bucket());
        }
        return answer;
    }

    /**
     * Returns true if a key of the bucket is this name, or begins with it where it ends with {@code /}.
     *
     * @throws StorageProblemException if the bucket does not answer
     */
    boolean isNamed(String name, CallGuard guard) throws StorageProblemException {
        // In the order of keys the name itself comes before all that begin with it.
        ListObjectsV2Response answer =
                list(ListObjectsV2Request.builder().prefix(name).maxKeys(1), guard);
        return answer.contents().stream()
                .anyMatch(each -> name.endsWith("/")
                        ? each.key().startsWith(name)
                        : each.key().equals(name));
    }

    static ObjectFacts factsOf(S3Object object) throws StorageProblemException {
        Long size = object.size();
        Instant modified = object.lastModified();
        if (size == null || modified == null) {
            throw StorageProblemException.unknown("the listing lacks fields of " + object.key());
        }
        return new ObjectFacts(size, modified, object.eTag());
    }
}
