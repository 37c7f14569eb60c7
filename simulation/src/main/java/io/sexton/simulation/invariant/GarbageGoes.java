package io.sexton.simulation.invariant;

import io.sexton.proto.FilePath;
import io.sexton.simulation.World;
import io.sexton.simulation.database.Database;
import java.util.Set;
import java.util.TreeSet;

/** I6. In the end storage holds what is live, and nothing else. */
public final class GarbageGoes implements Invariant {
    private final World world;

    public GarbageGoes(World world) {
        this.world = world;
    }

    /** Whether that is so now. */
    public boolean isSo() {
        return trash().isEmpty()
                && world.databases().stream()
                        .allMatch(database -> inStorage(database).equals(expected(database)));
    }

    @Override
    public void checkAtTheEnd() {
        if (!trash().isEmpty()) {
            throw new Violation("I6", "still in the trash: " + trash());
        }
        for (Database database : world.databases()) {
            TreeSet<String> garbage = new TreeSet<>(inStorage(database));
            garbage.removeAll(database.truth().live());
            if (!garbage.isEmpty()) {
                throw new Violation(
                        "I6",
                        database.region() + " still has " + garbage + "; of the first is known: "
                                + why(database, garbage.first()));
            }
            Set<String> missing = new TreeSet<>(database.truth().live());
            missing.removeAll(inStorage(database));
            missing.removeAll(database.truth().lost());
            if (!missing.isEmpty()) {
                throw new Violation("I1", database.region() + " has lost " + missing);
            }
        }
    }

    private Set<String> trash() {
        return world.store().all().tailMap(".trash/").headMap(".trash0").keySet();
    }

    private String why(Database database, String path) {
        return world.streams()
                .replay(world.partitionOf(database.region()))
                .explain(database.region(), FilePath.of(path));
    }

    /** What is live, but for what storage has lost. */
    private static Set<String> expected(Database database) {
        Set<String> expected = new TreeSet<>(database.truth().live());
        expected.removeAll(database.truth().lost());
        return expected;
    }

    private Set<String> inStorage(Database database) {
        return world.store().list(database.root()).keySet();
    }
}
