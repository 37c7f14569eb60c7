package io.sexton.fold.app;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;

/**
 * Health and metrics of a service over HTTP: {@code /health/live}, {@code /health/ready} (503 while it is not) and
 * {@code /metrics} in the text format of Prometheus.
 */
public final class OperationsServer implements AutoCloseable {
    private final HttpServer server;

    private OperationsServer(HttpServer server) {
        this.server = server;
    }

    /**
     * @param port 0: any free one
     * @throws StartupException if it is no port, or cannot be bound
     */
    public static OperationsServer start(
            String host, int port, BooleanSupplier ready, PrometheusMeterRegistry metrics) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(host, port), 0);
            server.createContext("/health/live", exchange -> answer(exchange, 200, "live\n"));
            server.createContext("/health/ready", exchange -> {
                boolean isReady = ready.getAsBoolean();
                answer(exchange, isReady ? 200 : 503, isReady ? "ready\n" : "not ready\n");
            });
            server.createContext("/metrics", exchange -> answer(exchange, 200, metrics.scrape()));
            server.start();
            return new OperationsServer(server);
        } catch (IOException | IllegalArgumentException e) {
            throw new StartupException(
                    "health and metrics cannot be served on " + host + ":" + port + " (sexton.operations.port): "
                            + e.getMessage(),
                    e);
        }
    }

    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}
