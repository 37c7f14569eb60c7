package io.sexton.service;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Health and metrics of a service over HTTP: {@code /health/live}, {@code /health/ready} (503 while it is not) and
 * {@code /metrics} in the text format of Prometheus.
 */
public final class OperationsServer implements AutoCloseable {
    private final WebServer server;

    private OperationsServer(WebServer server) {
        this.server = server;
    }

    /**
     * Starts; may be called before the service whose health it serves.
     *
     * @param port 0: any free one
     * @throws StartupException if it is no port, or cannot be bound
     */
    public static OperationsServer start(
            String host, int port, BooleanSupplier ready, PrometheusMeterRegistry metrics) {
        return start(host, port, ready, metrics, WebServer.Bounds.DEFAULT);
    }

    static OperationsServer start(
            String host, int port, BooleanSupplier ready, PrometheusMeterRegistry metrics, WebServer.Bounds bounds) {
        Map<String, Supplier<Answer>> pages = Map.of(
                "/health/live",
                () -> new Answer(HttpStatus.OK_200, "live\n"),
                "/health/ready",
                () -> ready.getAsBoolean()
                        ? new Answer(HttpStatus.OK_200, "ready\n")
                        : new Answer(HttpStatus.SERVICE_UNAVAILABLE_503, "not ready\n"),
                "/metrics",
                () -> new Answer(HttpStatus.OK_200, metrics.scrape()));
        try {
            return new OperationsServer(WebServer.start(host, port, new Pages(pages), bounds));
        } catch (StartupException e) {
            throw new StartupException(
                    "health and metrics cannot be served on " + host + ":" + port + " (sexton.operations): "
                            + e.getMessage(),
                    e);
        }
    }

    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.close();
    }

    private record Answer(int status, String body) {}

    /** Read-only pages by their exact paths. Quick, so that they need no thread of their own. */
    private static final class Pages extends Handler.Abstract.NonBlocking {
        private final Map<String, Supplier<Answer>> pages;

        private Pages(Map<String, Supplier<Answer>> pages) {
            this.pages = pages;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            Supplier<Answer> page = pages.get(Request.getPathInContext(request));
            Answer answer;
            if (page == null) {
                answer = new Answer(HttpStatus.NOT_FOUND_404, "not found\n");
            } else if (HttpMethod.GET.is(request.getMethod()) || HttpMethod.HEAD.is(request.getMethod())) {
                answer = page.get();
            } else {
                response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD");
                answer = new Answer(HttpStatus.METHOD_NOT_ALLOWED_405, "GET and HEAD only\n");
            }
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            response.setStatus(answer.status());
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
            response.write(true, ByteBuffer.wrap(body), callback);
            return true;
        }
    }
}
