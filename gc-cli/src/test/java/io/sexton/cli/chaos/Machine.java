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

/** The faults that this machine supports. Unsupported ones are omitted and reported. */
final class Machine implements AutoCloseable {

    private final Cleanup cleanup = new Cleanup();
    private final Optional<Network> network;
    private final Optional<SteppedClocks> clocks;
    private final Map<String, SmallDisk> disks = new HashMap<>();
    private final Map<String, CoordinatorProxy> proxies = new HashMap<>();

    private Machine(Path directory, List<String> members, Consumer<String> log) throws IOException {
        network = unlessRefused("cut networks", log, () -> cleanup.add(Network.lay(members)));
        Path clockFiles = Files.createDirectories(directory.resolve("clocks"));
        clocks = unlessRefused("step clocks", log, () -> SteppedClocks.compile(clockFiles));
        for (String member : members) {
            if (Plan.hasState(member)) {
                unlessRefused(
                                "fill the disk of " + member,
                                log,
                                () -> cleanup.add(SmallDisk.mount(directory.resolve(member))))
                        .ifPresent(disk -> disks.put(member, disk));
            }
        }
    }

    /** @param directory of the members' state directories, by their names */
    static Machine probe(Path directory, List<String> members, Consumer<String> log) throws IOException {
        return new Machine(directory, members, log);
    }

    private interface Attempt<T> {
        T make() throws IOException;
    }

    private static <T> Optional<T> unlessRefused(String what, Consumer<String> log, Attempt<T> attempt) {
        try {
            return Optional.of(attempt.make());
        } catch (IOException e) {
            log.accept("left out: this machine does not let us " + what + ": " + e.getMessage());
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

    /** Returns the proxy of a member that has one. */
    CoordinatorProxy proxy(String member) {
        return Objects.requireNonNull(proxies.get(member), member);
    }

    Network network() {
        return network.orElseThrow();
    }

    SteppedClocks clocks() {
        return clocks.orElseThrow();
    }

    /** Returns the disk of a member, if it is one that can be filled. */
    Optional<SmallDisk> disk(String member) {
        return Optional.ofNullable(disks.get(member));
    }

    @Override
    public void close() {
        cleanup.close();
    }
}
