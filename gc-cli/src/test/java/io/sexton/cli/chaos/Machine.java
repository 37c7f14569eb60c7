package io.sexton.cli.chaos;

import io.sexton.cli.process.CoordinatorProxy;
import io.sexton.cli.process.Surroundings;
import io.sexton.service.Cleanup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** What this machine can do to processes. What it cannot is left out, and said. */
final class Machine implements AutoCloseable {

    private final Cleanup cleanup = new Cleanup();
    private final Optional<Network> network;
    private final Optional<SteppedClocks> clocks;
    private final Map<String, SmallDisk> disks = new HashMap<>();
    private final Map<String, CoordinatorProxy> proxies = new HashMap<>();

    private Machine(Path directory, List<String> members, Consumer<String> say) throws IOException {
        network = unlessRefused("cut networks", say, () -> cleanup.add(Network.lay(members)));
        Path clockFiles = Files.createDirectories(directory.resolve("clocks"));
        clocks = unlessRefused("step clocks", say, () -> SteppedClocks.compile(clockFiles));
        for (String member : members) {
            if (Plan.hasState(member)) {
                unlessRefused(
                                "fill the disk of " + member,
                                say,
                                () -> cleanup.add(SmallDisk.mount(directory.resolve(member))))
                        .ifPresent(disk -> disks.put(member, disk));
            }
        }
    }

    /** @param directory where each member has a directory of its own, by its name, for its state */
    static Machine probe(Path directory, List<String> members, Consumer<String> say) throws IOException {
        return new Machine(directory, members, say);
    }

    private interface Attempt<T> {
        T make() throws IOException;
    }

    private static <T> Optional<T> unlessRefused(String what, Consumer<String> say, Attempt<T> attempt) {
        try {
            return Optional.of(attempt.make());
        } catch (IOException e) {
            say.accept("left out: this machine does not let us " + what + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    Set<Plan.Kind> possible() {
        Set<Plan.Kind> possible =
                EnumSet.of(Plan.Kind.KILL, Plan.Kind.RESTART, Plan.Kind.PAUSE, Plan.Kind.CUT_FROM_COORDINATOR);
        network.ifPresent(there -> possible.add(Plan.Kind.CUT));
        clocks.ifPresent(there -> possible.add(Plan.Kind.STEP_CLOCK));
        if (!disks.isEmpty()) {
            possible.add(Plan.Kind.FILL_DISK);
        }
        return possible;
    }

    Surroundings surroundings(String member) {
        Surroundings plain = network.map(there -> there.surroundings(member)).orElse(Surroundings.PLAIN);
        try {
            return clocks.isPresent() ? clocks.get().surroundings(member, plain) : plain;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts a proxy between a member and the brokers. Returns what the member has to be configured with. */
    String throughProxy(String member, String bootstrapServers) {
        CoordinatorProxy proxy = cleanup.add(
                new CoordinatorProxy(network.map(Network::host).orElse(Surroundings.PLAIN.host()), bootstrapServers));
        proxies.put(member, proxy);
        return proxy.bootstrapServers();
    }

    /** The proxy of a member that has one. */
    CoordinatorProxy proxy(String member) {
        return Objects.requireNonNull(proxies.get(member), member);
    }

    Network network() {
        return network.orElseThrow();
    }

    SteppedClocks clocks() {
        return clocks.orElseThrow();
    }

    /** The disk of a member, if it is one that can be filled. */
    Optional<SmallDisk> disk(String member) {
        return Optional.ofNullable(disks.get(member));
    }

    @Override
    public void close() {
        cleanup.close();
    }
}
