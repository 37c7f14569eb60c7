package io.sexton.simulation;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.Expectation;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.storage.Moved;
import io.sexton.deleter.storage.ObjectDeletion;
import io.sexton.deleter.storage.ObjectKey;
import io.sexton.deleter.storage.ObjectMove;
import io.sexton.v1.Outcome;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Bugs in the deleter's use of storage. */
final class StorageBugs {
    private StorageBugs() {}

    static List<PlantedBug> all() {
        return List.of(
                new PlantedBug(
                        "a storage operation without a response is reported as absent",
                        Set.of("I5"),
                        100,
                        () -> responding(result -> result.outcome() == Outcome.FAILED_RETRYABLE
                                ? FileResult.of(Outcome.ALREADY_ABSENT, "")
                                : result)),
                new PlantedBug(
                        "files are reported as deleted that were not",
                        Set.of("I5"),
                        20,
                        () -> FilteredStore.parts(store -> new FilteredStore(store) {
                            @Override
                            public List<FileResult> deleteMany(List<ObjectDeletion> objects, CallGuard guard) {
                                return objects.stream()
                                        .map(each -> FileResult.of(Outcome.DELETED, ""))
                                        .toList();
                            }
                        })),
                new PlantedBug(
                        "the object's identity is ignored",
                        Set.of("I1", "I2", "I3", "I5"),
                        100,
                        () -> requesting(each -> new ObjectDeletion(each.key(), ANYTHING))),
                new PlantedBug(
                        "a path is mistaken for the next one",
                        Set.of("I1", "I2", "I4", "I5"),
                        20,
                        () -> requesting(each -> new ObjectDeletion(next(each.key()), ANYTHING))),
                new PlantedBug(
                        "a failed deletion is reported as refused",
                        Set.of("I6"),
                        200,
                        () -> responding(result ->
                                result.outcome() == Outcome.FAILED_RETRYABLE ? FileResult.refused("no") : result)),
                new PlantedBug(
                        "an object store deletes without a condition", Set.of("I1", "I5"), 300, () -> new Parts() {
                            @Override
                            public boolean conditions() {
                                return false;
                            }
                        }),
                new PlantedBug(
                        "a move to the trash is a deletion",
                        Set.of("I5"),
                        40,
                        () -> FilteredStore.parts(store -> new FilteredStore(store) {
                            @Override
                            public Moved move(ObjectMove move, CallGuard guard) {
                                super.deleteMany(List.of(new ObjectDeletion(move.from(), move.expected())), guard);
                                return new Moved.Done(0);
                            }
                        })));
    }

    private static final Expectation ANYTHING = new Expectation(null, null, null, null);

    private static ObjectKey next(ObjectKey key) {
        Matcher file = Pattern.compile("(.*/f)(\\d+)").matcher(key.value());
        return file.matches() ? ObjectKey.of(file.group(1) + (Integer.parseInt(file.group(2)) + 1)) : key;
    }

    private static Parts requesting(UnaryOperator<ObjectDeletion> requests) {
        return FilteredStore.parts(store -> new FilteredStore(store) {
            @Override
            public List<FileResult> deleteMany(List<ObjectDeletion> objects, CallGuard guard) {
                return super.deleteMany(objects.stream().map(requests).toList(), guard);
            }
        });
    }

    private static Parts responding(UnaryOperator<FileResult> responses) {
        return FilteredStore.parts(store -> new FilteredStore(store) {
            @Override
            public List<FileResult> deleteMany(List<ObjectDeletion> objects, CallGuard guard) {
                return super.deleteMany(objects, guard).stream().map(responses).toList();
            }
        });
    }
}
