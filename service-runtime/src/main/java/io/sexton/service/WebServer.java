package io.sexton.service;

import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * An HTTP/1.1 server within bounds: of threads, of connections, of a request's header, and of the time in which a
 * request must have arrived. A client that withholds data cannot block the requests of others. Thread safe.
 */
final class WebServer implements AutoCloseable {

    /**
     * The bounds of a server.
     *
     * @param connections open at once; further ones wait to be accepted
     * @param requestTime in which the header of a request must have arrived, from the start of the connection or the
     *     end of the request before
     * @param idleTime after which a connection without traffic is closed, also during a response
     */
    record Bounds(int connections, Duration requestTime, Duration idleTime) {
        static final Bounds DEFAULT = new Bounds(64, Duration.ofSeconds(10), Duration.ofSeconds(10));
    }

    private static final int THREADS = 8;
    private static final int HEADER_BYTES = 8 << 10;

    private final Server server;
    private final ServerConnector connector;

    private WebServer(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /**
     * @param port 0: any free one
     * @throws StartupException if it cannot be bound; the message is a phrase without the address
     */
    static WebServer start(String host, int port, Handler handler, Bounds bounds) {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, 1);
        threads.setName("http");
        threads.setDaemon(true);
        Server server = new Server(threads);
        ServerConnector connector =
                new ServerConnector(server, null, null, null, 0, 1, new HttpConnectionFactory(configuration()));
        connector.setHost(host);
        connector.setPort(port);
        connector.setIdleTimeout(bounds.idleTime().toMillis());
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(bounds.connections(), connector));
        RequestDeadline deadline = new RequestDeadline(handler, bounds.requestTime());
        connector.addBean(deadline.connections());
        server.setHandler(deadline);
        ErrorHandler errors = new ErrorHandler();
        errors.setShowStacks(false);
        errors.setShowCauses(false);
        server.setErrorHandler(errors);
        WebServer started = new WebServer(server, connector);
        try {
            server.start();
            return started;
        } catch (Exception e) {
            started.close();
            throw new StartupException(reason(e), e);
        }
    }

    private static HttpConfiguration configuration() {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setRequestHeaderSize(HEADER_BYTES);
        configuration.setSendServerVersion(false);
        configuration.setSendDateHeader(false);
        return configuration;
    }

    private static String reason(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return switch (root) {
            case UnresolvedAddressException unknown -> "unknown host";
            case UnknownHostException unknown -> "unknown host";
            default -> String.valueOf(root.getMessage());
        };
    }

    int port() {
        return connector.getLocalPort();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the HTTP server does not stop", e);
        }
    }
}
