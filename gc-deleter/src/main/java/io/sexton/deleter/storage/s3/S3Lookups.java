package io.sexton.deleter.storage.s3;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.storage.Lookup;
import io.sexton.deleter.storage.ObjectKey;
import io.sexton.deleter.storage.StorageProblemException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A stat of objects by listings of the ranges of the bucket that contain them. One request covers up to a thousand
 * keys; and unlike a HEAD, whose 404 has no body, a listing distinguishes a missing object from a missing bucket.
 *
 * <p>For one thread, and one set of keys.
 */
final class S3Lookups {

    /** The maximum number of keys of one listing. */
    static final int PAGE = 1_000;

    /** The page size where few of the listed keys were wanted, so that responses stay small. */
    private static final int SMALL_PAGE = 10;

    /** If fewer than one in this many listed keys was wanted, the next page is a small one. */
    private static final int WORTH_IT = 10;

    private record Wanted(ObjectKey key, String name) {}

    private final S3Bucket bucket;
    private final CallGuard guard;
    private final Deque<Wanted> wanted = new ArrayDeque<>();
    private final Map<ObjectKey, Lookup> found = new HashMap<>();

    private S3Lookups(S3Bucket bucket, CallGuard guard) {
        this.bucket = bucket;
        this.guard = guard;
    }

    /** Returns one answer for each key. */
    static Map<ObjectKey, Lookup> at(S3Bucket bucket, Collection<ObjectKey> keys, CallGuard guard) {
        S3Lookups lookups = new S3Lookups(bucket, guard);
        // In the order of UTF-8, in which the storage lists.
        TreeMap<ObjectKey, String> sorted = new TreeMap<>();
        keys.forEach(key -> sorted.put(key, bucket.name(key)));
        sorted.forEach((key, name) -> lookups.wanted.add(new Wanted(key, name)));
        try {
            lookups.resolveAll();
        } catch (StorageProblemException e) {
            lookups.wanted.forEach(each -> lookups.found.put(each.key(), new Lookup.Unknown(e.detail())));
        }
        return lookups.found;
    }

    private void resolveAll() throws StorageProblemException {
        int page = PAGE;
        while (!wanted.isEmpty()) {
            int before = wanted.size();
            int listed = before == 1 ? listFirst() : listFrom(page);
            int resolved = before - wanted.size();
            if (resolved == 0) {
                // Many keys precede the first one that is wanted.
                listed = listFirst();
                resolved = 1;
            }
            page = resolved * WORTH_IT < listed ? SMALL_PAGE : PAGE;
        }
    }

    /** Lists from just before the first key on, and resolves the keys that the listing reaches. */
    private int listFrom(int page) throws StorageProblemException {
        String start = justBefore(wanted.getFirst().name());
        ListObjectsV2Response answer = bucket.list(
                ListObjectsV2Request.builder()
                        .prefix(commonDirectory(
                                wanted.getFirst().name(), wanted.getLast().name()))
                        .startAfter(start)
                        .maxKeys(page),
                guard);
        String last = start;
        for (S3Object object : answer.contents()) {
            requireOrder(last, object.key());
            last = object.key();
            resolveUpTo(object);
        }
        if (!Boolean.TRUE.equals(answer.isTruncated())) {
            settleAllAsAbsent();
        }
        return answer.contents().size();
    }

    /**
     * Returns the common beginning of all names between these two, up to a slash: a listing need not continue beyond
     * it.
     */
    private static String commonDirectory(String first, String last) {
        int end = 0;
        for (int i = 0; i < Math.min(first.length(), last.length()) && first.charAt(i) == last.charAt(i); i++) {
            end = first.charAt(i) == '/' ? i + 1 : end;
        }
        return first.substring(0, end);
    }

    /** Lists the first key that begins with this one: it precedes all others with that beginning. */
    private int listFirst() throws StorageProblemException {
        Wanted first = wanted.getFirst();
        ListObjectsV2Response answer =
                bucket.list(ListObjectsV2Request.builder().prefix(first.name()).maxKeys(1), guard);
        if (answer.contents().isEmpty() && Boolean.TRUE.equals(answer.isTruncated())) {
            throw StorageProblemException.unknown(
                    "cannot stat: the storage lists nothing and reports that there is more");
        }
        Lookup lookup = new Lookup.Absent("");
        for (S3Object object : answer.contents()) {
            if (!object.key().startsWith(first.name())) {
                throw StorageProblemException.unknown("cannot stat: the storage lists keys that were not requested");
            }
            if (object.key().equals(first.name())) {
                lookup = new Lookup.Found(S3Bucket.factsOf(object));
            }
        }
        found.put(wanted.removeFirst().key(), lookup);
        return answer.contents().size();
    }

    /** Resolves keys: one that the listing has passed is absent; one that it names is found. */
    private void resolveUpTo(S3Object object) throws StorageProblemException {
        while (!wanted.isEmpty()) {
            int order = compare(wanted.getFirst().name(), object.key());
            if (order > 0) {
                return;
            }
            // WARNING: absent only because an ordered listing continued beyond it (I5).
            Lookup lookup = order < 0 ? new Lookup.Absent("") : new Lookup.Found(S3Bucket.factsOf(object));
            found.put(wanted.removeFirst().key(), lookup);
        }
    }

    private void settleAllAsAbsent() {
        wanted.forEach(each -> found.put(each.key(), new Lookup.Absent("")));
        wanted.clear();
    }

    /**
     * Requires ascending keys. Directory buckets list in no order, and some servers do not support {@code start-after}:
     * there, a listing proves nothing.
     */
    private static void requireOrder(String before, String key) throws StorageProblemException {
        if (compare(before, key) >= 0) {
            throw StorageProblemException.unknown(
                    "cannot stat: the storage lists " + key + " after " + before + ", which is not in order");
        }
    }

    /** Returns a text before the name, with few keys between, if any: listings begin after a text, not with it. */
    private static String justBefore(String name) {
        int end = name.offsetByCodePoints(name.length(), -1);
        char last = name.charAt(end);
        String shorter = name.substring(0, end);
        return last > '!' && last <= '~' ? shorter + (char) (last - 1) + "~" : shorter;
    }

    private static int compare(String left, String right) {
        return Arrays.compareUnsigned(left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
    }
}
