package io.sexton.deleter.storage;

import io.sexton.deleter.core.CallGuard;
import java.util.ArrayDeque;
import java.util.Deque;

/** A recursive listing of a directory. */
final class Tree {

    private Tree() {}

    /** @throws StorageProblemException if any of it cannot be listed */
    static void walk(ObjectStore objects, ObjectKey directory, ListingSink sink, CallGuard guard)
            throws StorageProblemException, InterruptedException {
        Deque<ObjectKey> left = new ArrayDeque<>();
        left.add(directory);
        while (!left.isEmpty()) {
            objects.list(
                    left.removeLast(),
                    page -> {
                        left.addAll(page.directories());
                        sink.accept(page);
                    },
                    guard);
        }
    }
}
