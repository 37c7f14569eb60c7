package io.sexton.proto;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A trust domain on a cluster: the prefix of the names of its topics, consumer groups, transactional ids and state
 * directories. Services, clients and commands share data within one namespace only.
 *
 * <p>A name has no dot. So the prefix of one namespace is never a prefix of another one, and a prefixed ACL of one has
 * no effect in another.
 *
 * @param name name of the namespace; empty for {@link #NONE}
 */
public record Namespace(String name) {

    /** The absence of a namespace: names have no prefix. */
    public static final Namespace NONE = new Namespace("");

    private static final int LONGEST = 100;

    /** The characters that Kafka accepts in all kinds of names, without the dot. */
    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]*");

    /** @throws IllegalArgumentException if the name breaks a rule; the message is a phrase that begins with the name */
    public Namespace {
        Optional<String> problem = problemWith(name);
        if (problem.isPresent()) {
            throw new IllegalArgumentException(Text.quoted(name) + " " + problem.get());
        }
    }

    private static Optional<String> problemWith(String name) {
        if (name.isEmpty()) {
            return Optional.empty();
        }
        if (name.length() > LONGEST) {
            return Optional.of("is no namespace: it has more than " + LONGEST + " characters");
        }
        return VALID.matcher(name).matches()
                ? Optional.empty()
                : Optional.of("is no namespace: only letters, digits, '-' and '_' may stand in it, and it begins with a"
                        + " letter or a digit");
    }

    /**
     * Returns the namespace with this name; an empty name is {@link #NONE}.
     *
     * @throws IllegalArgumentException if the name breaks a rule; the message is a phrase that begins with the name
     */
    public static Namespace of(String name) {
        return name.isEmpty() ? NONE : new Namespace(name);
    }

    /** Returns the name of a topic of {@link Topics} in this namespace. */
    public String topic(String topic) {
        return scoped(topic);
    }

    /** Returns the name of a group, an application or a transactional id in this namespace. */
    public String scoped(String plain) {
        return name.isEmpty() ? plain : name + "." + plain;
    }

    /** Returns the name as it is on a command line or in a configuration. */
    @Override
    public String toString() {
        return name;
    }
}
