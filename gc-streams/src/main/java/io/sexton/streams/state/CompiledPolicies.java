package io.sexton.streams.state;

import io.sexton.streams.model.EffectivePolicy;
import io.sexton.streams.model.PatternCost;
import io.sexton.streams.row.PolicyEntry;
import io.sexton.v1.Companion;
import io.sexton.v1.Policy;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The cache of compiled policies, with those used last. It is bounded, because the compiled patterns of a thousand
 * policies would fill the memory of the process. Not thread safe.
 */
final class CompiledPolicies {
    /**
     * In instructions of compiled patterns, about 200 bytes each with the memory of a match. One policy is always kept.
     */
    private static final long MAX_INSTRUCTIONS = 100_000;

    private final Map<Long, Compiled> byOffset = new LinkedHashMap<>(16, 0.75f, true);
    private long instructions;

    private record Compiled(EffectivePolicy policy, long instructions) {}

    EffectivePolicy get(PolicyEntry entry) {
        Compiled known = byOffset.get(entry.getOffset());
        return known != null ? known.policy : compile(entry);
    }

    private EffectivePolicy compile(PolicyEntry entry) {
        long cost = instructions(entry.getPolicy());
        evictFor(cost);
        Compiled compiled = new Compiled(EffectivePolicy.of(entry.getPolicy()), cost);
        byOffset.put(entry.getOffset(), compiled);
        instructions += cost;
        return compiled.policy;
    }

    void forget(PolicyEntry entry) {
        Compiled old = byOffset.remove(entry.getOffset());
        if (old != null) {
            instructions -= old.instructions;
        }
    }

    private void evictFor(long cost) {
        Iterator<Compiled> oldest = byOffset.values().iterator();
        while (instructions + cost > MAX_INSTRUCTIONS && oldest.hasNext()) {
            instructions -= oldest.next().instructions;
            oldest.remove();
        }
    }

    private static long instructions(Policy policy) {
        long sum = PatternCost.of(policy.getFilePattern()).instructions();
        for (Companion companion : policy.getCompanionsList()) {
            sum += PatternCost.of(companion.getPattern()).instructions();
        }
        return sum;
    }
}
