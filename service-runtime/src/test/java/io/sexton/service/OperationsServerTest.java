package io.sexton.service;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class OperationsServerTest {
    private static final String HALF_A_REQUEST = "GET /health/live HTTP/1.1\r\nX: ";

    private final AtomicBoolean ready = new AtomicBoolean(true);
    private final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private OperationsServer server = OperationsServer.start("127.0.0.1", 0, ready::get, metrics);

    @AfterEach
    void stop() {
        server.close();
        http.close();
    }

    private HttpResponse<String> request(String method, String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .timeout(Duration.ofSeconds(30))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private Socket connectAndSend(String text) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.getOutputStream().write(text.getBytes(US_ASCII));
        return socket;
    }

    @Test
    void reportsHealthAndMetrics() throws Exception {
        metrics.counter("example").increment();

        assertThat(request("GET", "/health/live").body()).isEqualTo("live\n");
        assertThat(request("GET", "/health/ready").statusCode()).isEqualTo(200);
        ready.set(false);
        assertThat(request("GET", "/health/ready").statusCode()).isEqualTo(503);
        assertThat(request("GET", "/metrics").body()).contains("example_total 1.0");
        assertThat(request("HEAD", "/metrics").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/metricsfoo", "/health/livexx", "/health", "/metrics/", "/METRICS"})
    void hasNoOtherPages(String path) throws Exception {
        assertThat(request("GET", path).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
    void isOnlyRead(String method) throws Exception {
        HttpResponse<String> response = request(method, "/health/live");

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).contains("GET, HEAD");
    }

    @Test
    void answersOthersWhileRequestsAreHalfOpen() throws Exception {
        List<Socket> halfOpen = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            halfOpen.add(connectAndSend(HALF_A_REQUEST));
        }

        for (String path : List.of("/health/live", "/health/ready", "/metrics")) {
            assertThat(request("GET", path).statusCode()).isEqualTo(200);
        }
        for (Socket socket : halfOpen) {
            assertThat(isOpen(socket)).as("the server has not closed it").isTrue();
            socket.close();
        }
    }

    @Test
    void closesConnectionsWhoseRequestDoesNotArriveInTimeEvenWhereEachByteIsQuick() throws Exception {
        restart(new WebServer.Bounds(2, Duration.ofSeconds(1), Duration.ofSeconds(10)));

        try (Socket silent = connectAndSend(HALF_A_REQUEST);
                Socket slow = connectAndSend(HALF_A_REQUEST)) {
            silent.setSoTimeout(30_000);
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
            // As long as it is not closed, it is never idle.
            assertThatThrownBy(() -> {
                        while (true) {
                            slow.getOutputStream().write('x');
                            LockSupport.parkNanos(50_000_000);
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
        assertThat(request("GET", "/health/live").statusCode()).isEqualTo(200);
    }

    @Test
    void answersOnceConnectionsHeldByOthersEnd() throws Exception {
        restart(new WebServer.Bounds(3, Duration.ofSeconds(2), Duration.ofSeconds(10)));
        List<Socket> halfOpen = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            halfOpen.add(connectAndSend(HALF_A_REQUEST));
        }

        assertThat(request("GET", "/health/live").statusCode()).isEqualTo(200);

        for (Socket socket : halfOpen) {
            socket.close();
        }
    }

    @Test
    void keepsAConnectionForFurtherRequests() throws Exception {
        String request = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
        try (Socket socket = connectAndSend(request)) {
            socket.setSoTimeout(30_000);
            for (int i = 0; i < 3; i++) {
                String answer = "";
                while (!answer.endsWith("live\n")) {
                    answer += (char) socket.getInputStream().read();
                }
                assertThat(answer).startsWith("HTTP/1.1 200 ");
                socket.getOutputStream().write(request.getBytes(US_ASCII));
            }
        }
    }

    @Test
    void refusesAnAddressThatCannotBeServed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> OperationsServer.start("127.0.0.1", taken.getLocalPort(), ready::get, metrics))
                    .isInstanceOf(StartupException.class)
                    .hasMessage("health and metrics cannot be served on 127.0.0.1:" + taken.getLocalPort()
                            + " (sexton.operations): Address already in use");
        }
        assertThatThrownBy(() -> OperationsServer.start("no.such.host.invalid", 0, ready::get, metrics))
                .isInstanceOf(StartupException.class)
                .hasMessageEndingWith("unknown host");
    }

    private void restart(WebServer.Bounds bounds) {
        server.close();
        server = OperationsServer.start("127.0.0.1", 0, ready::get, metrics, bounds);
    }

    private static boolean isOpen(Socket socket) throws IOException {
        socket.setSoTimeout(1);
        try {
            return socket.getInputStream().read() >= 0;
        } catch (SocketTimeoutException e) {
            return true;
        }
    }
}
