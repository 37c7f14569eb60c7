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
 * Looks at objects by listing the stretches of the bucket where they lie. One request tells of up to a thousand keys;
 * and unlike a HEAD, whose 404 has no body, a listing tells a missing object from a missing bucket.
 *
 * <p>For one thread, and one set of keys.
 */
final class S3Look {

    /** The most that one listing tells of. */
    static final int PAGE = 1_000;

    /** Where few of the listed keys were wanted, so many are asked for, that an answer stays small. */
    private static final int SMALL_PAGE = 10;

    /** One of so many listed keys has to be wanted, or the next page is a small one. */
    private static final int WORTH_IT = 10;

    private record Wanted(ObjectKey key, String name) {}

    private final S3Bucket bucket;
    private final CallGuard guard;
    private final Deque<Wanted> wanted = new ArrayDeque<>();
    private final Map<ObjectKey, Lookup> found = new HashMap<>();

    private S3Look(S3Bucket bucket, CallGuard guard) {
        this.bucket = bucket;
        this.guard = guard;
    }

    /** One answer for each key. */
    static Map<ObjectKey, Lookup> at(S3Bucket bucket, Collection<ObjectKey> keys, CallGuard guard) {
        S3Look look = new S3Look(bucket, guard);
        // In the order of UTF-8, in which the storage lists.
        TreeMap<ObjectKey, String> sorted = new TreeMap<>();
        keys.forEach(key -> sorted.put(key, bucket.name(key)));
        sorted.forEach((key, name) -> look.wanted.add(new Wanted(key, name)));
        try {
            look.lookAtAll();
        } catch (StorageProblemException e) {
            look.wanted.forEach(each -> look.found.put(each.key(), new Lookup.Unknown(e.detail())));
        }
        return look.found;
    }

    private void lookAtAll() throws StorageProblemException {
        int page = PAGE;
        while (!wanted.isEmpty()) {
            int before = wanted.size();
            int listed = before == 1 ? lookAtFirst() : lookAlong(page);
            int settled = before - wanted.size();
            if (settled == 0) {
                // Many keys lie before the first one that is wanted.
                listed = lookAtFirst();
                settled = 1;
            }
            page = settled * WORTH_IT < listed ? SMALL_PAGE : PAGE;
        }
    }

    /** Lists from just before the first key on, and settles what the listing reaches. */
    private int lookAlong(int page) throws StorageProblemException {
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
            settleUpTo(object);
        }
        if (!Boolean.TRUE.equals(answer.isTruncated())) {
            settleAllAsAbsent();
        }
        return answer.contents().size();
    }

    /** What all names between these two begin with, up to a slash: a listing need not go on into what lies behind it. */
    private static String commonDirectory(String first, String last) {
        int end = 0;
        for (int i = 0; i < Math.min(first.length(), last.length()) && first.charAt(i) == last.charAt(i); i++) {
            end = first.charAt(i) == '/' ? i + 1 : end;
        }
        return first.substring(0, end);
    }

    /** Of all keys that begin with this one, it is itself the first. */
    private int lookAtFirst() throws StorageProblemException {
        Wanted first = wanted.getFirst();
        ListObjectsV2Response answer =
                bucket.list(ListObjectsV2Request.builder().prefix(first.name()).maxKeys(1), guard);
        if (answer.contents().isEmpty() && Boolean.TRUE.equals(answer.isTruncated())) {
            throw StorageProblemException.unknown("cannot look: the storage lists nothing and says that there is more");
        }
        Lookup lookup = new Lookup.Absent("");
        for (S3Object object : answer.contents()) {
            if (!object.key().startsWith(first.name())) {
                throw StorageProblemException.unknown("cannot look: the storage lists what was not asked for");
            }
            if (object.key().equals(first.name())) {
                lookup = new Lookup.Found(S3Bucket.factsOf(object));
            }
        }
        found.put(wanted.removeFirst().key(), lookup);
        return answer.contents().size();
    }

    /** What the listing has passed is absent; what it names is found. */
    private void settleUpTo(S3Object object) throws StorageProblemException {
        while (!wanted.isEmpty()) {
            int order = compare(wanted.getFirst().name(), object.key());
            if (order > 0) {
                return;
            }
            // WARNING: absent only because a listing in order went on beyond it (I5).
            Lookup lookup = order < 0 ? new Lookup.Absent("") : new Lookup.Found(S3Bucket.factsOf(object));
            found.put(wanted.removeFirst().key(), lookup);
        }
    }

    private void settleAllAsAbsent() {
        wanted.forEach(each -> found.put(each.key(), new Lookup.Absent("")));
        wanted.clear();
    }

    /** Directory buckets list in no order, and some servers know no {@code start-after}: there, nothing is known. */
    private static void requireOrder(String before, String key) throws StorageProblemException {
        if (compare(before, key) >= 0) {
            throw StorageProblemException.unknown(
                    "cannot look: the storage lists " + key + " after " + before + ", which is not in order");
        }
    }

    /** A text before the name, with few keys between, if any: listings begin after a text, not with it. */
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
