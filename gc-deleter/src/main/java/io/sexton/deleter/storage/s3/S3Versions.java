package io.sexton.deleter.storage.s3;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.storage.ObjectKey;
import io.sexton.deleter.storage.StorageProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.Delete;
import software.amazon.awssdk.services.s3.model.DeleteMarkerEntry;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.ObjectVersion;

/**
 * A permanent deletion of the versions below the delete marker of a deleted key. A key that has been written again
 * since is left alone: the versions below its new one are for the bucket's life cycle to expire.
 */
final class S3Versions {

    private static final String WHAT = "cannot purge versions";
    private static final int LARGEST_REQUEST = 1_000;

    private final S3Bucket bucket;

    S3Versions(S3Bucket bucket) {
        this.bucket = bucket;
    }

    /** @throws StorageProblemException if some may be left; a repetition finds them */
    void purge(ObjectKey key, CallGuard guard) throws StorageProblemException {
        String name = bucket.name(key);
        List<ObjectIdentifier> versions = new ArrayList<>();
        List<ObjectIdentifier> markers = new ArrayList<>();
        if (!isBelowMarker(name, versions, markers, guard)) {
            return;
        }
        // WARNING: the markers last: without its marker, an older version would be the object again.
        delete(versions, guard);
        delete(markers, guard);
    }

    /** Collects all versions of the key; whether a marker is the latest of them. */
    private boolean isBelowMarker(
            String name, List<ObjectIdentifier> versions, List<ObjectIdentifier> markers, CallGuard guard)
            throws StorageProblemException {
        boolean marked = false;
        ListObjectVersionsRequest request = ListObjectVersionsRequest.builder()
                .bucket(bucket.bucket())
                .prefix(name)
                .encodingType(EncodingType.URL)
                .build();
        while (true) {
            ListObjectVersionsRequest sent = request;
            ListObjectVersionsResponse answer =
                    bucket.requests().send(WHAT, guard, () -> bucket.client().listObjectVersions(sent));
            if (!bucket.bucket().equals(answer.name()) || answer.isTruncated() == null) {
                throw StorageProblemException.unknown(WHAT + ": the response is no listing");
            }
            for (ObjectVersion version : answer.versions()) {
                if (version.key().equals(name)) {
                    versions.add(identifier(name, version.versionId()));
                }
            }
            for (DeleteMarkerEntry marker : answer.deleteMarkers()) {
                if (marker.key().equals(name)) {
                    markers.add(identifier(name, marker.versionId()));
                    marked |= Boolean.TRUE.equals(marker.isLatest());
                }
            }
            boolean beyond = Stream.concat(
                            answer.versions().stream().map(ObjectVersion::key),
                            answer.deleteMarkers().stream().map(DeleteMarkerEntry::key))
                    .anyMatch(each -> !each.equals(name));
            if (beyond || !answer.isTruncated()) {
                return marked;
            }
            request = request.toBuilder()
                    .keyMarker(answer.nextKeyMarker())
                    .versionIdMarker(answer.nextVersionIdMarker())
                    .build();
        }
    }

    private static ObjectIdentifier identifier(String name, String versionId) {
        return ObjectIdentifier.builder().key(name).versionId(versionId).build();
    }

    private void delete(List<ObjectIdentifier> identifiers, CallGuard guard) throws StorageProblemException {
        for (int from = 0; from < identifiers.size(); from += LARGEST_REQUEST) {
            List<ObjectIdentifier> page =
                    identifiers.subList(from, Math.min(from + LARGEST_REQUEST, identifiers.size()));
            DeleteObjectsRequest request = DeleteObjectsRequest.builder()
                    .bucket(bucket.bucket())
                    .delete(Delete.builder().objects(page).quiet(false).build())
                    .build();
            DeleteObjectsResponse answer;
            try {
                answer = bucket.requests()
                        .change(WHAT, page.size(), guard, () -> bucket.client().deleteObjects(request));
            } catch (SdkException e) {
                throw S3Problem.unknown(WHAT, e);
            }
            if (answer.deleted().size() != page.size()) {
                throw StorageProblemException.unknown(WHAT + ": "
                        + (answer.errors().isEmpty()
                                ? "the response does not name them all"
                                : "the storage responded "
                                        + answer.errors().getFirst().code()));
            }
        }
    }
}
