package io.sexton.deleter.storage;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the root of every region in a store looks like, for example {@code {region}} or {@code data/region-{region}}.
 *
 * <p>Segments are separated by {@code /}. Each is literal text, or has one placeholder: {@code {region}} stands for
 * the id of the region that the command is about, {@code *} for any text. As all roots have the same number of
 * segments, none can lie within another. A placeholder never yields a segment that begins with a dot: that is where a
 * store keeps what is its own (its trash, its archive), so no root can lie in there either.
 *
 * <p>With {@code *} alone two regions can claim one root; where the databases allow it, have {@code {region}} in the
 * shape.
 *
 * <p>Immutable.
 */
public final class RootShape {

    private static final String REGION = "{region}";
    private static final String ANY = "*";

    private final String text;
    private final List<Segment> segments;

    private RootShape(String text, List<Segment> segments) {
        this.text = text;
        this.segments = segments;
    }

    /**
     * Reads a shape.
     *
     * @throws IllegalArgumentException if it is none; the message says why
     */
    public static RootShape parse(String text) {
        FilePath.problemWith(text).ifPresent(problem -> {
            throw new IllegalArgumentException("the root shape " + problem);
        });
        List<Segment> segments = new ArrayList<>();
        for (String segment : text.split("/", -1)) {
            segments.add(Segment.parse(segment));
        }
        return new RootShape(text, List.copyOf(segments));
    }

    /** Why this is no root of that region here, as a phrase for a report; empty if it is one. */
    Optional<String> problemWith(RegionRoot claimed) {
        Optional<String> noPath = FilePath.problemWith(claimed.root());
        if (noPath.isPresent()) {
            return Optional.of("the region's root " + noPath.get());
        }
        List<String> names = List.of(claimed.root().split("/", -1));
        boolean fits = names.size() == segments.size();
        for (int i = 0; fits && i < names.size(); i++) {
            fits = segments.get(i).matches(names.get(i), claimed.region().value());
        }
        return fits
                ? Optional.empty()
                : Optional.of("the region's root '" + claimed.root() + "' does not have the store's root shape '" + text
                        + "'");
    }

    /** The root of that region, where there is no other placeholder than its id. */
    Optional<RegionRoot> rootOf(RegionId region) {
        if (!text.contains(REGION) || text.contains(ANY)) {
            return Optional.empty();
        }
        RegionRoot root = new RegionRoot(region, text.replace(REGION, region.value()));
        return problemWith(root).isEmpty() ? Optional.of(root) : Optional.empty();
    }

    /** Every root that lies in the store and says by its name whose it is. */
    List<RegionRoot> rootsIn(ObjectStore objects, CallGuard guard)
            throws StorageProblemException, InterruptedException {
        List<ObjectKey> directories = List.of(ObjectKey.TOP);
        for (Segment segment : segments) {
            List<ObjectKey> next = new ArrayList<>();
            for (ObjectKey directory : directories) {
                objects.list(
                        directory,
                        page -> page.directories().stream()
                                .filter(each -> segment.mayBe(each.name()))
                                .forEach(next::add),
                        guard);
            }
            directories = next;
        }
        return directories.stream()
                .flatMap(each -> rootAt(each.value()).stream())
                .toList();
    }

    private Optional<RegionRoot> rootAt(String root) {
        String[] names = root.split("/", -1);
        for (int i = 0; i < names.length; i++) {
            if (segments.get(i) instanceof Segment.OfRegion of) {
                String id = names[i].substring(
                        of.before().length(), names[i].length() - of.after().length());
                return Optional.of(id)
                        .filter(text -> RegionId.problemWith(text).isEmpty())
                        .map(text -> new RegionRoot(RegionId.of(text), root))
                        .filter(claimed -> problemWith(claimed).isEmpty());
            }
        }
        return Optional.empty();
    }

    /** How many segments every root has. */
    int segments() {
        return segments.size();
    }

    @Override
    public String toString() {
        return text;
    }

    private sealed interface Segment {

        boolean matches(String name, String region);

        /** Whether some region's root has it. */
        boolean mayBe(String name);

        record Literal(String text) implements Segment {
            @Override
            public boolean matches(String name, String region) {
                return name.equals(text);
            }

            @Override
            public boolean mayBe(String name) {
                return name.equals(text);
            }
        }

        record OfRegion(String before, String after) implements Segment {
            @Override
            public boolean matches(String name, String region) {
                return !name.startsWith(".") && name.equals(before + region + after);
            }

            @Override
            public boolean mayBe(String name) {
                return new Any(before, after).mayBe(name);
            }
        }

        record Any(String before, String after) implements Segment {
            @Override
            public boolean matches(String name, String region) {
                return mayBe(name);
            }

            @Override
            public boolean mayBe(String name) {
                return !name.startsWith(".")
                        && name.length() > before.length() + after.length()
                        && name.startsWith(before)
                        && name.endsWith(after);
            }
        }

        static Segment parse(String segment) {
            if (segment.startsWith(".")) {
                throw new IllegalArgumentException(
                        "a segment of a root shape must not begin with '.', which is kept for"
                                + " the store's own directories: " + segment);
            }
            String rest = segment.replace(REGION, "").replace(ANY, "");
            if (rest.contains("{") || rest.contains("}")) {
                throw new IllegalArgumentException(
                        "a root shape knows the placeholders {region} and * only, not: " + segment);
            }
            int placeholders = (segment.length() - segment.replace(ANY, "").length()) / ANY.length()
                    + (segment.length() - segment.replace(REGION, "").length()) / REGION.length();
            if (placeholders > 1) {
                throw new IllegalArgumentException("a segment of a root shape has one placeholder at most: " + segment);
            }
            if (placeholders == 0) {
                return new Literal(segment);
            }
            String placeholder = segment.contains(REGION) ? REGION : ANY;
            int at = segment.indexOf(placeholder);
            String before = segment.substring(0, at);
            String after = segment.substring(at + placeholder.length());
            return placeholder.equals(REGION) ? new OfRegion(before, after) : new Any(before, after);
        }
    }
}
