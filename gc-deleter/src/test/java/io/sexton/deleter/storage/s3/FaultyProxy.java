package io.sexton.deleter.storage.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A proxy before an S3 server that gives wrong responses to chosen operations. */
final class FaultyProxy implements AutoCloseable {

    /** The kinds of requests. */
    enum Operation {
        LIST,
        BULK_DELETE,
        DELETE,
        COPY,
        GET,
        PUT;

        static Operation of(HttpExchange exchange) {
            String query = String.valueOf(exchange.getRequestURI().getRawQuery());
            return switch (exchange.getRequestMethod()) {
                case "GET" -> query.contains("list-type=2") ? LIST : GET;
                case "POST" -> BULK_DELETE;
                case "DELETE" -> DELETE;
                case "PUT" -> exchange.getRequestHeaders().containsKey("x-amz-copy-source") ? COPY : PUT;
                default -> throw new IllegalStateException(exchange.getRequestMethod());
            };
        }
    }

    /** The kinds of wrong responses; the server has executed the request in those that begin with AFTER. */
    enum Fault {
        NO_SUCH_BUCKET,
        PLAIN_NOT_FOUND,
        FORBIDDEN,
        INTERNAL_ERROR,
        SLOW_DOWN,
        RESET,
        TIMEOUT,
        OTHER_PAGE,
        EMPTY_ANSWER,
        AFTER_RESET,
        AFTER_TIMEOUT,
        AFTER_HALF_A_RESPONSE,
        AFTER_MALFORMED_XML,
        AFTER_INTERNAL_ERROR
    }

    private static final Set<String> NOT_FORWARDED =
            Set.of("host", "connection", "content-length", "expect", "upgrade", "transfer-encoding");

    private final URI server;
    private final HttpServer http;
    private final HttpClient client = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicInteger faults = new AtomicInteger();
    private volatile @Nullable Operation operation;
    private volatile @Nullable Fault fault;
    private volatile int left;

    FaultyProxy(URI server) {
        this.server = server;
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        http.setExecutor(threads);
        http.createContext("/", this::handle);
        http.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    /** Makes the next requests of the operation fail in this way. */
    synchronized void fail(Operation failing, Fault how, int times) {
        operation = failing;
        fault = how;
        left = times;
        faults.set(0);
    }

    synchronized void recover() {
        left = 0;
    }

    /** Returns the number of wrong responses since {@link #fail}. */
    int faults() {
        return faults.get();
    }

    private synchronized @Nullable Fault next(Operation requested) {
        if (requested != operation || left == 0) {
            return null;
        }
        left--;
        faults.incrementAndGet();
        return fault;
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        Operation requested = Operation.of(exchange);
        Fault now = next(requested);
        try (exchange) {
            if (now == null) {
                answer(exchange, forward(exchange, body));
                return;
            }
            switch (now) {
                case NO_SUCH_BUCKET -> error(exchange, 404, "NoSuchBucket");
                case PLAIN_NOT_FOUND -> send(exchange, 404, new byte[0]);
                case FORBIDDEN -> error(exchange, 403, "AccessDenied");
                case INTERNAL_ERROR -> error(exchange, 500, "InternalError");
                case SLOW_DOWN -> error(exchange, 503, "SlowDown");
                case RESET -> {}
                case TIMEOUT -> hang();
                case OTHER_PAGE ->
                    send(
                            exchange,
                            200,
                            "<html><body><p>Welcome to the Wi-Fi.</p></body></html>".getBytes(StandardCharsets.UTF_8));
                case EMPTY_ANSWER -> send(exchange, 200, new byte[0]);
                case AFTER_RESET -> {
                    HttpResponse<byte[]> unused = forward(exchange, body);
                }
                case AFTER_TIMEOUT -> {
                    HttpResponse<byte[]> unused = forward(exchange, body);
                    hang();
                }
                case AFTER_HALF_A_RESPONSE -> half(exchange, forward(exchange, body));
                case AFTER_MALFORMED_XML -> {
                    byte[] whole = forward(exchange, body).body();
                    send(exchange, 200, Arrays.copyOf(whole, whole.length * 2 / 3));
                }
                case AFTER_INTERNAL_ERROR -> {
                    HttpResponse<byte[]> unused = forward(exchange, body);
                    error(exchange, 500, "InternalError");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits longer than any time-out. */
    private void hang() throws InterruptedException {
        closing.await();
    }

    private HttpResponse<byte[]> forward(HttpExchange exchange, byte[] body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(server + exchange.getRequestURI().toString()))
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!NOT_FORWARDED.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static void answer(HttpExchange exchange, HttpResponse<byte[]> answer) throws IOException {
        copyHeaders(exchange, answer);
        send(exchange, answer.statusCode(), answer.body());
    }

    private static void half(HttpExchange exchange, HttpResponse<byte[]> answer) throws IOException {
        copyHeaders(exchange, answer);
        byte[] body = answer.body();
        exchange.sendResponseHeaders(answer.statusCode(), body.length + 10L);
        OutputStream out = exchange.getResponseBody();
        out.write(body, 0, body.length / 2);
        out.flush();
    }

    private static void copyHeaders(HttpExchange exchange, HttpResponse<byte[]> answer) {
        answer.headers().map().forEach((name, values) -> {
            if (!NOT_FORWARDED.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> exchange.getResponseHeaders().add(name, value));
            }
        });
    }

    private static void error(HttpExchange exchange, int status, String code) throws IOException {
        String xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>" + code + "</Code><Message>" + code
                + "</Message></Error>";
        exchange.getResponseHeaders().add("Content-Type", "application/xml");
        send(exchange, status, xml.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        closing.countDown();
        http.stop(0);
        client.close();
        threads.shutdownNow();
    }
}
