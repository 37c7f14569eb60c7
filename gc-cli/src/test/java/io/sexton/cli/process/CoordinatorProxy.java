package io.sexton.cli.process;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.DescribeClusterResponse;
import org.apache.kafka.common.requests.FindCoordinatorResponse;
import org.apache.kafka.common.requests.MetadataResponse;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.RequestUtils;
import org.apache.kafka.common.requests.ResponseHeader;

/**
 * A proxy between one process and all brokers, which cuts the process off from the group coordinator alone: during the
 * cut, a connection that carries a group request is not forwarded from there on, both ways, and stays open. Clients
 * have separate connections for the coordinator, so fetching, producing and all else continue.
 *
 * <p>Brokers' addresses in responses become ports of this proxy. Plaintext only. Safe for use by any thread.
 */
public final class CoordinatorProxy implements AutoCloseable {

    /** Without FindCoordinator, which shares its connection with requests that must pass. */
    private static final Set<ApiKeys> GROUP_REQUESTS = EnumSet.of(
            ApiKeys.OFFSET_COMMIT,
            ApiKeys.OFFSET_FETCH,
            ApiKeys.JOIN_GROUP,
            ApiKeys.HEARTBEAT,
            ApiKeys.LEAVE_GROUP,
            ApiKeys.SYNC_GROUP,
            ApiKeys.TXN_OFFSET_COMMIT,
            ApiKeys.CONSUMER_GROUP_HEARTBEAT);

    private static final Set<ApiKeys> NAMING_BROKERS =
            EnumSet.of(ApiKeys.METADATA, ApiKeys.FIND_COORDINATOR, ApiKeys.DESCRIBE_CLUSTER);
    private static final int CONNECT_MS = 5_000;

    private final String host;
    private final String bootstrapServers;
    private final Map<InetSocketAddress, ServerSocket> listeners = new ConcurrentHashMap<>();
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger blocked = new AtomicInteger();
    private volatile boolean cut;
    private volatile boolean closed;

    /**
     * @param host the address of this process, as the client sees it
     * @param bootstrapServers the brokers
     */
    public CoordinatorProxy(String host, String bootstrapServers) {
        this.host = host;
        this.bootstrapServers = Arrays.stream(bootstrapServers.split(","))
                .map(server -> host + ":"
                        + portFor(
                                server.substring(0, server.lastIndexOf(':')),
                                Integer.parseInt(server.substring(server.lastIndexOf(':') + 1))))
                .collect(Collectors.joining(","));
    }

    /** Returns what the client has to be configured with. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Cuts the process off from the group coordinator. */
    public void cut() {
        cut = true;
    }

    /** Ends the cut. Connections that were not forwarded are closed. */
    public void restore() {
        cut = false;
        connections.stream().filter(connection -> connection.isBlocked).forEach(Connection::close);
    }

    /** Returns how many connections were blocked. */
    public int blocked() {
        return blocked.get();
    }

    @Override
    public void close() {
        closed = true;
        listeners.values().forEach(CoordinatorProxy::closeQuietly);
        connections.forEach(Connection::close);
    }

    private int portFor(String brokerHost, int brokerPort) {
        return listeners
                .computeIfAbsent(InetSocketAddress.createUnresolved(brokerHost, brokerPort), this::listen)
                .getLocalPort();
    }

    private ServerSocket listen(InetSocketAddress broker) {
        try {
            ServerSocket listener = new ServerSocket(0, 50, InetAddress.getByName(host));
            Thread.ofVirtual().start(() -> accept(listener, broker));
            return listener;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocket listener, InetSocketAddress broker) {
        while (!closed) {
            try {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> connect(client, broker));
            } catch (IOException e) {
                // Closed, or a client that has gone already.
            }
        }
    }

    private void connect(Socket client, InetSocketAddress broker) {
        Socket server = new Socket();
        try {
            server.connect(new InetSocketAddress(broker.getHostString(), broker.getPort()), CONNECT_MS);
            Connection connection = new Connection(client, server);
            connections.add(connection);
            Thread.ofVirtual().start(connection::passResponses);
            connection.passRequests();
        } catch (IOException e) {
            closeQuietly(client);
            closeQuietly(server);
        }
    }

    private static void closeQuietly(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            // It is of no use any more.
        }
    }

    private interface Pass {
        void frames() throws IOException;
    }

    private final class Connection {
        private final Socket client;
        private final Socket server;
        private final Map<Integer, RequestHeader> naming = new ConcurrentHashMap<>();
        private volatile boolean isBlocked;

        private Connection(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void passRequests() {
            untilItEnds(() -> {
                DataInputStream in = new DataInputStream(client.getInputStream());
                DataOutputStream out = new DataOutputStream(server.getOutputStream());
                while (true) {
                    byte[] frame = read(in);
                    if (!blocks(frame)) {
                        note(frame);
                        write(out, frame);
                    }
                }
            });
        }

        void passResponses() {
            untilItEnds(() -> {
                DataInputStream in = new DataInputStream(server.getInputStream());
                DataOutputStream out = new DataOutputStream(client.getOutputStream());
                while (true) {
                    byte[] frame = read(in);
                    if (!isBlocked) {
                        RequestHeader header =
                                naming.remove(ByteBuffer.wrap(frame).getInt());
                        write(out, header == null ? frame : renamed(frame, header));
                    }
                }
            });
        }

        private boolean blocks(byte[] frame) {
            if (cut && !isBlocked && GROUP_REQUESTS.contains(keyOf(frame))) {
                isBlocked = true;
                blocked.incrementAndGet();
            }
            return isBlocked;
        }

        private void note(byte[] frame) {
            if (NAMING_BROKERS.contains(keyOf(frame))) {
                RequestHeader header = RequestHeader.parse(ByteBuffer.wrap(frame));
                naming.put(header.correlationId(), header);
            }
        }

        private void untilItEnds(Pass pass) {
            try {
                pass.frames();
            } catch (IOException e) {
                // One of both has closed it.
            } finally {
                close();
            }
        }

        void close() {
            closeQuietly(client);
            closeQuietly(server);
            connections.remove(this);
        }
    }

    private static ApiKeys keyOf(byte[] request) {
        return ApiKeys.forId(ByteBuffer.wrap(request).getShort());
    }

    private static byte[] read(DataInputStream in) throws IOException {
        byte[] frame = new byte[in.readInt()];
        in.readFully(frame);
        return frame;
    }

    private static void write(DataOutputStream out, byte[] frame) throws IOException {
        byte[] whole = ByteBuffer.allocate(Integer.BYTES + frame.length)
                .putInt(frame.length)
                .put(frame)
                .array();
        out.write(whole);
        out.flush();
    }

    private byte[] renamed(byte[] frame, RequestHeader request) {
        AbstractResponse response = AbstractResponse.parseResponse(ByteBuffer.wrap(frame), request);
        if (response instanceof MetadataResponse metadata) {
            metadata.data()
                    .brokers()
                    .forEach(each ->
                            each.setPort(portFor(each.host(), each.port())).setHost(host));
        } else if (response instanceof DescribeClusterResponse cluster) {
            cluster.data()
                    .brokers()
                    .forEach(each ->
                            each.setPort(portFor(each.host(), each.port())).setHost(host));
        } else if (response instanceof FindCoordinatorResponse found) {
            rename(found.data());
        }
        ResponseHeader header = request.toResponseHeader();
        ByteBuffer bytes =
                RequestUtils.serialize(header.data(), header.headerVersion(), response.data(), request.apiVersion());
        byte[] result = new byte[bytes.remaining()];
        bytes.get(result);
        return result;
    }

    /** Replaces the coordinator's address. Without a coordinator there is no host. */
    private void rename(FindCoordinatorResponseData found) {
        if (!found.host().isEmpty()) {
            found.setPort(portFor(found.host(), found.port())).setHost(host);
        }
        found.coordinators().stream()
                .filter(each -> !each.host().isEmpty())
                .forEach(each -> each.setPort(portFor(each.host(), each.port())).setHost(host));
    }
}
