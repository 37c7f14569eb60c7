package io.sexton.deleter.storage;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A form of roots of regions, for example {@code {region}}, {@code data/region-{region}} or
 * {@code {region/0}.db/{region/1}}.
 *
 * <p>Segments are separated by {@code /}. Each is literal text, or has one placeholder: {@code {region}} stands for the
 * id of the command's region, {@code {region/0}}, {@code {region/1}} and so on for the segments of that id, {@code *}
 * for any text. A placeholder never yields a segment that begins with a dot: those are reserved for the store's own
 * directories (trash, archive, records), so no root can be in them.
 *
 * <p>A shape with {@code {region}} fits regions whose id has no {@code /}; one with parts names all parts from 0 on,
 * and fits regions whose id has exactly as many. So the root determines the region: the segments of the id can be read
 * off the root, and there are no others. {@link Roots} decides which shapes a store may have.
 *
 * <p>Immutable.
 */
public final class RootShape {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{region(?:/([0-9]))?}|\\*");

    private final String text;
    private final List<Segment> segments;
    private final int parts;

    private RootShape(String text, List<Segment> segments, int parts) {
        this.text = text;
        this.segments = segments;
        this.parts = parts;
    }

    /**
     * Reads a shape.
     *
     * @throws IllegalArgumentException if it is none; the message states why
     */
    public static RootShape parse(String text) {
        // The '/' within {region/0} separates no segments.
        FilePath.problemWith(text).ifPresent(problem -> {
            throw new IllegalArgumentException("the root shape " + problem);
        });
        List<Segment> segments = new ArrayList<>();
        for (String segment : text.split("/(?![^{}/]*})", -1)) {
            segments.add(Segment.parse(segment));
        }
        return new RootShape(text, List.copyOf(segments), parts(text));
    }

    /** Returns how many segments the ids have that the shape fits; 0 if it does not name the region. */
    private static int parts(String text) {
        boolean whole = text.contains("{region}");
        boolean[] named = new boolean[10];
        int highest = -1;
        Matcher placeholder = PLACEHOLDER.matcher(text);
        while (placeholder.find()) {
            if (placeholder.group(1) != null) {
                int part = Integer.parseInt(placeholder.group(1));
                named[part] = true;
                highest = Math.max(highest, part);
            }
        }
        if (whole && highest >= 0) {
            throw new IllegalArgumentException("the root shape '" + text + "' has both {region} and parts of it: use"
                    + " {region} for ids without '/', or all parts {region/0}, {region/1} for ids with");
        }
        for (int i = 0; i <= highest; i++) {
            if (!named[i]) {
                // WARNING: regions that differ in that segment only would have one root (I1).
                throw new IllegalArgumentException(
                        "the root shape '" + text + "' has {region/" + highest + "} and lacks {region/" + i + "}: two"
                                + " regions could have one root; name every segment of the region's id");
            }
        }
        return whole ? 1 : highest + 1;
    }

    /** Returns true if a root of this shape identifies its region. */
    boolean namesRegion() {
        return parts > 0;
    }

    /** Returns true if this can be a root of that region by the shape. */
    boolean fits(RegionRoot claimed) {
        if (FilePath.problemWith(claimed.root()).isPresent()) {
            return false;
        }
        List<String> names = List.of(claimed.root().split("/", -1));
        List<String> id = List.of(claimed.region().value().split("/", -1));
        if (names.size() != segments.size() || (namesRegion() && id.size() != parts)) {
            return false;
        }
        for (int i = 0; i < names.size(); i++) {
            if (!segments.get(i).matches(names.get(i), id)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns true if a root of this shape could be a root of the other one, too, or be in one, or contain one. Errs
     * towards true.
     */
    boolean meets(RootShape other) {
        for (int i = 0; i < Math.min(segments.size(), other.segments.size()); i++) {
            if (!segments.get(i).meets(other.segments.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Returns the root of that region, if there is no other placeholder than its id. */
    Optional<RegionRoot> rootOf(RegionId region) {
        if (!namesRegion() || text.contains("*")) {
            return Optional.empty();
        }
        String[] id = region.value().split("/", -1);
        Matcher placeholder = PLACEHOLDER.matcher(text);
        String path = placeholder.replaceAll(found -> {
            int part = found.group(1) == null ? 0 : Integer.parseInt(found.group(1));
            return Matcher.quoteReplacement(part < id.length ? id[part] : "");
        });
        return Optional.of(new RegionRoot(region, path)).filter(this::fits);
    }

    /** Returns true if ids with as many segments as that one can have a root of this shape. */
    boolean mayHaveRootOf(RegionId region) {
        return !namesRegion() || region.value().split("/", -1).length == parts;
    }

    /** Returns every root in the store whose name identifies its region. */
    List<RegionRoot> rootsIn(ObjectStore objects, CallGuard guard)
            throws StorageProblemException, InterruptedException {
        if (!namesRegion()) {
            return List.of();
        }
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

    /** Returns the region of a root; empty if it is no root, or does not identify one. */
    Optional<RegionRoot> rootAt(String root) {
        String[] names = root.split("/", -1);
        if (!namesRegion() || names.length != segments.size()) {
            return Optional.empty();
        }
        String[] id = new String[parts];
        Arrays.fill(id, "");
        for (int i = 0; i < names.length; i++) {
            if (segments.get(i) instanceof Segment.OfRegion of && of.mayBe(names[i])) {
                id[of.part()] = names[i].substring(
                        of.before().length(), names[i].length() - of.after().length());
            }
        }
        return Optional.of(String.join("/", id))
                .filter(text -> RegionId.problemWith(text).isEmpty())
                .map(text -> new RegionRoot(RegionId.of(text), root))
                .filter(this::fits);
    }

    /** Returns the number of segments of every root. */
    int segments() {
        return segments.size();
    }

    @Override
    public String toString() {
        return text;
    }

    private sealed interface Segment {

        boolean matches(String name, List<String> id);

        /** Returns true if some region's root has this segment. */
        boolean mayBe(String name);

        /** Returns true if a name could match both segments. Errs towards true. */
        boolean meets(Segment other);

        record Literal(String text) implements Segment {
            @Override
            public boolean matches(String name, List<String> id) {
                return name.equals(text);
            }

            @Override
            public boolean mayBe(String name) {
                return name.equals(text);
            }

            @Override
            public boolean meets(Segment other) {
                return other.mayBe(text);
            }
        }

        /** @param part which segment of the region's id, counted from 0 */
        record OfRegion(String before, int part, String after) implements Segment {
            @Override
            public boolean matches(String name, List<String> id) {
                return mayBe(name) && name.equals(before + id.get(part) + after);
            }

            @Override
            public boolean mayBe(String name) {
                return new Any(before, after).mayBe(name);
            }

            @Override
            public boolean meets(Segment other) {
                return new Any(before, after).meets(other);
            }
        }

        record Any(String before, String after) implements Segment {
            @Override
            public boolean matches(String name, List<String> id) {
                return mayBe(name);
            }

            @Override
            public boolean mayBe(String name) {
                return !name.startsWith(".")
                        && name.length() > before.length() + after.length()
                        && name.startsWith(before)
                        && name.endsWith(after);
            }

            @Override
            public boolean meets(Segment other) {
                return switch (other) {
                    case Literal literal -> mayBe(literal.text());
                    case OfRegion of -> meets(new Any(of.before(), of.after()));
                    case Any any ->
                        (before.startsWith(any.before) || any.before.startsWith(before))
                                && (after.endsWith(any.after) || any.after.endsWith(after));
                };
            }
        }

        static Segment parse(String segment) {
            if (segment.startsWith(".")) {
                throw new IllegalArgumentException(
                        "a segment of a root shape must not begin with '.', which is kept for"
                                + " the store's own directories: " + segment);
            }
            String rest = PLACEHOLDER.matcher(segment).replaceAll("");
            if (rest.contains("{") || rest.contains("}")) {
                throw new IllegalArgumentException(
                        "a root shape knows the placeholders {region}, {region/0} to {region/9} and * only, not: "
                                + segment);
            }
            Matcher placeholder = PLACEHOLDER.matcher(segment);
            if (!placeholder.find()) {
                return new Literal(segment);
            }
            String before = segment.substring(0, placeholder.start());
            String after = segment.substring(placeholder.end());
            String part = placeholder.group(1);
            boolean any = placeholder.group().equals("*");
            if (placeholder.find()) {
                throw new IllegalArgumentException("a segment of a root shape has one placeholder at most: " + segment);
            }
            return any
                    ? new Any(before, after)
                    : new OfRegion(before, part == null ? 0 : Integer.parseInt(part), after);
        }
    }
}
