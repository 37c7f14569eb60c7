package io.sexton.simulation.swarm;

import io.sexton.simulation.log.Weather;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a long campaign must meet: one that never does tests less than it says. */
final class Expected {
    private static final List<String> OTHERS = List.of(
            "deleter: asked to yield",
            "deleter: call not started",
            "deleter: fence not published",
            "deleter: lock lost",
            "deleter: lock not granted",
            "deleter: transaction aborted",
            "log: transaction aborted by the next owner",
            "notice: approval needed",
            "operation: flush pins before it commits",
            "operation: new life",
            "operation: reopen",
            "operation: restored",
            "pin: accepted",
            "pin: unsure",
            "reference: accepted",
            "refusal: exclusive lock",
            "refusal: pin",
            "refusal: reference",
            "refusal: restore",
            "refusal: shared lock",
            "refusal: writer's pin",
            "storage: stopped by the guard",
            "zombie: coordinator",
            "zombie: deleter",
            "zombie: streams");

    private Expected() {}

    static List<String> all() {
        List<String> all = new ArrayList<>(OTHERS);
        Arrays.stream(Intent.Kind.values()).map(kind -> "intent: " + kind).forEach(all::add);
        Arrays.stream(Weather.Mishap.values()).map(mishap -> "mishap: " + mishap).forEach(all::add);
        return all;
    }
}
