package io.sexton.streams.state;

import io.sexton.fold.core.OrderedStore;
import io.sexton.proto.RegionId;
import io.sexton.streams.model.EffectivePolicy;
import io.sexton.streams.model.Glob;
import io.sexton.streams.row.PolicyEntry;
import io.sexton.streams.state.view.PoliciesView;
import io.sexton.v1.Policy;
import io.sexton.v1.PolicySet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The policies of one partition: of those whose glob matches a region, the last one set wins. Not thread safe. */
public final class Policies implements PoliciesView {
    /** Upper bound on the globs in a partition; the empty one and {@code *} are two. */
    public static final int MAX_GLOBS = 1_000;

    /** Regions whose policy is cached, so that decisions on their files do not compare all globs. */
    private static final int CACHED_REGIONS = 10_000;

    private final PolicyTable table;
    private final CompiledPolicies compiled = new CompiledPolicies();
    private final Map<RegionId, Rule> remembered = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<RegionId, Rule> eldest) {
            return size() > CACHED_REGIONS;
        }
    };
    private final List<Rule> rules = new ArrayList<>();

    /** @param isSet false for the defaults, which hold where no glob matches */
    private record Rule(Glob glob, PolicyEntry entry, boolean isSet) {
        static final Rule DEFAULT = new Rule(new Glob(""), PolicyEntry.getDefaultInstance(), false);

        static Rule of(PolicyEntry entry) {
            return new Rule(new Glob(entry.getGlob()), entry, true);
        }
    }

    Policies(OrderedStore store) {
        table = new PolicyTable(store);
        table.all().forEach(entry -> rules.add(Rule.of(entry)));
    }

    @Override
    public EffectivePolicy of(RegionId region) {
        Rule rule = ruleOf(region);
        return rule.isSet ? compiled.get(rule.entry) : EffectivePolicy.DEFAULT;
    }

    /** Returns the policy as it was set, to be stored with work that continues under it. */
    public Policy storedOf(RegionId region) {
        return ruleOf(region).entry.getPolicy();
    }

    private Rule ruleOf(RegionId region) {
        return remembered.computeIfAbsent(region, this::find);
    }

    private Rule find(RegionId region) {
        for (int last = rules.size() - 1; last >= 0; last--) {
            if (rules.get(last).glob.matches(region.value())) {
                return rules.get(last);
            }
        }
        return Rule.DEFAULT;
    }

    /** Returns the policies in the order in which they were set; of several for one glob only the last. */
    @Override
    public List<PolicySet> all() {
        return rules.stream()
                .map(rule -> PolicySet.newBuilder()
                        .setRegionGlob(rule.entry.getGlob())
                        .setPolicy(rule.entry.getPolicy())
                        .build())
                .toList();
    }

    /** Returns the number of policies ever set or removed. A dry run shows a file again under the next one. */
    @Override
    public long generation() {
        return table.generation();
    }

    /** Returns whether the policy would be for one more glob than a partition may have. */
    public boolean exceedsGlobs(PolicySet set) {
        return set.hasPolicy() && rules.size() >= MAX_GLOBS && find(set.getRegionGlob()) == null;
    }

    /** Sets the policy of a glob, or removes it if the set has none. */
    public void apply(PolicySet set, long offset) {
        table.countApplied();
        Rule old = find(set.getRegionGlob());
        if (old != null) {
            rules.remove(old);
            table.remove(old.entry);
            compiled.forget(old.entry);
        }
        if (set.hasPolicy()) {
            PolicyEntry entry = PolicyEntry.newBuilder()
                    .setGlob(set.getRegionGlob())
                    .setPolicy(set.getPolicy())
                    .setOffset(offset)
                    .build();
            rules.add(Rule.of(entry));
            table.put(entry);
        }
        remembered.clear();
    }

    private @Nullable Rule find(String glob) {
        for (Rule rule : rules) {
            if (rule.entry.getGlob().equals(glob)) {
                return rule;
            }
        }
        return null;
    }
}
