package io.sexton.cli.chaos;

import io.sexton.cli.process.Surroundings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A network namespace for each process, connected to a switch, which is a namespace of its own: so no firewall rule of
 * this machine affects it. This process is connected, too. Needs root.
 */
final class Network implements AutoCloseable {

    private static final int HERE = 254;

    private final String prefix = "sx" + ProcessHandle.current().pid() % 100_000;
    private final List<String> members;
    private final String subnet = "198.18." + ProcessHandle.current().pid() % 250 + ".";

    private Network(List<String> members) {
        this.members = List.copyOf(members);
    }

    /** @throws IOException if this machine does not allow it; nothing is left behind */
    static Network lay(List<String> members) throws IOException {
        Network network = new Network(members);
        boolean laid = false;
        try {
            network.lay();
            laid = true;
            return network;
        } finally {
            if (!laid) {
                network.close();
            }
        }
    }

    private void lay() throws IOException {
        Shell.run("ip netns add " + hub());
        Shell.run("ip -n " + hub() + " link add switch type bridge forward_delay 0");
        Shell.run("ip -n " + hub() + " link set switch up");
        Shell.run("ip link add " + prefix + " type veth peer name here netns " + hub());
        plugIn("here");
        Shell.run("ip addr add " + host() + "/24 dev " + prefix);
        Shell.run("ip link set " + prefix + " up");
        for (String member : members) {
            String namespace = namespace(member);
            Shell.run("ip netns add " + namespace);
            Shell.run("ip -n " + hub() + " link add " + port(member) + " type veth peer name eth0 netns " + namespace);
            plugIn(port(member));
            Shell.run("ip -n " + namespace + " addr add " + address(member) + "/24 dev eth0");
            Shell.run("ip -n " + namespace + " link set eth0 up");
            Shell.run("ip -n " + namespace + " link set lo up");
        }
    }

    private void plugIn(String port) throws IOException {
        Shell.run("ip -n " + hub() + " link set " + port + " master switch up");
    }

    Surroundings surroundings(String member) {
        return new Surroundings(
                address(member), List.of("nsenter", "--net=/run/netns/" + namespace(member)), List.of(), Map.of());
    }

    /** Returns the address of this process. */
    String host() {
        return subnet + HERE;
    }

    void cut(String member) throws IOException {
        Shell.run("ip -n " + hub() + " link set " + port(member) + " down");
    }

    void restore(String member) throws IOException {
        Shell.run("ip -n " + hub() + " link set " + port(member) + " up");
    }

    private String address(String member) {
        return subnet + (members.indexOf(member) + 1);
    }

    private String hub() {
        return prefix + "-hub";
    }

    private String namespace(String member) {
        return prefix + "-" + member;
    }

    private String port(String member) {
        return "port" + members.indexOf(member);
    }

    /** Cables go with the namespaces that their ends are in. */
    @Override
    public void close() {
        List<String> namespaces = new ArrayList<>(List.of(hub()));
        members.forEach(member -> namespaces.add(namespace(member)));
        for (String namespace : namespaces) {
            try {
                Shell.run("ip netns del " + namespace);
            } catch (IOException neverMade) {
                // Laying it has failed before it came to this one.
            }
        }
    }
}
