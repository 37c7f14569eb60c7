package io.sexton.deleter.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sexton.deleter.storage.ListingPage;
import io.sexton.deleter.storage.ObjectKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.s3.S3Client;

/** Names in a bucket whose server keeps any bytes as a key. */
final class S3NamesTest {

    private static final String BUCKET = "bucket";

    /** Sizes by key; of the key's bytes each is one character. */
    private final Map<String, Integer> objects = new TreeMap<>();

    private HttpServer server;
    private S3Client client;
    private S3ObjectStore store;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::list);
        server.start();
        S3Settings defaults = S3Settings.of(BUCKET);
        S3Settings settings = new S3Settings(
                BUCKET,
                "",
                "us-east-1",
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
                true,
                false,
                defaults.pageSize(),
                defaults.keysPerSecond(),
                defaults.requestTimeout().multipliedBy(10),
                defaults.backoff(),
                S3Settings.Conditional.BULK,
                S3Settings.Versions.KEEP,
                2);
        client = S3Clients.open(settings, StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")));
        store = new S3ObjectStore(client, settings);
    }

    @AfterEach
    void stop() {
        client.close();
        server.stop(0);
    }

    private void put(String key) {
        objects.put(new String(key.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1), 1);
    }

    @Test
    void listsKeysExactlyOrCountsThem() throws Exception {
        for (String key :
                List.of("plain", " a+b%20 ", "\u00fc", "replaced\ufffd", "sub\ufffd/1", "new\nline", "tab\t/1")) {
            put("r1/" + key);
        }
        put("r1//double");
        put("r1/./dot");
        objects.put("r1/bad\u00ff", 1);
        objects.put("r1/dir\u00fe/1", 1);
        objects.put("r1/", 0);
        List<ListingPage> pages = new ArrayList<>();

        store.list(ObjectKey.of("r1"), pages::add, length -> Optional.empty());

        assertThat(pages)
                .flatExtracting(ListingPage::objects)
                .extracting(each -> each.key().value())
                .containsExactlyInAnyOrder("r1/plain", "r1/ a+b%20 ", "r1/\u00fc", "r1/replaced\ufffd");
        assertThat(pages).flatExtracting(ListingPage::directories).containsExactly(ObjectKey.of("r1/sub\ufffd"));
        assertThat(pages)
                .flatExtracting(ListingPage::unrepresentable)
                .containsExactlyInAnyOrder(
                        "r1/new%0Aline", "r1/tab%09/", "r1//", "r1/./", "r1/bad%EF%BF%BD", "r1/dir%EF%BF%BD/");
    }

    /** A directory marker with content is an object of its own. */
    @Test
    void countsAnObjectWithContentThatIsNamedAsADirectory() throws Exception {
        objects.put("r1/", 5);
        List<ListingPage> pages = new ArrayList<>();

        store.list(ObjectKey.of("r1"), pages::add, length -> Optional.empty());

        assertThat(pages).flatExtracting(ListingPage::unrepresentable).containsExactly("r1/");
    }

    /** Executes ListObjectsV2, in one page. */
    private void list(HttpExchange exchange) throws IOException {
        Map<String, String> query = Arrays.stream(
                        exchange.getRequestURI().getRawQuery().split("&", -1))
                .map(each -> each.split("=", 2))
                .collect(Collectors.toMap(each -> each[0], each -> each.length < 2 ? "" : decoded(each[1])));
        String prefix = query.getOrDefault("prefix", "");
        String delimiter = query.getOrDefault("delimiter", "");
        int most = Integer.parseInt(query.getOrDefault("max-keys", "1000"));
        StringBuilder contents = new StringBuilder();
        TreeSet<String> prefixes = new TreeSet<>();
        int count = 0;
        for (Map.Entry<String, Integer> each : objects.entrySet()) {
            String key = each.getKey();
            if (!key.startsWith(prefix) || count == most) {
                continue;
            }
            int end = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
            if (end >= 0) {
                prefixes.add(key.substring(0, end + 1));
            } else {
                count++;
                contents.append(
                                "<Contents><Key>%s</Key><Size>%d</Size><ETag>\"1\"</ETag><LastModified>2026-01-01T00:00:00Z"
                                        .formatted(encoded(key), each.getValue()))
                        .append("</LastModified></Contents>");
            }
        }
        prefixes.forEach(each ->
                contents.append("<CommonPrefixes><Prefix>%s</Prefix></CommonPrefixes>".formatted(encoded(each))));
        byte[] answer = """
                <?xml version="1.0" encoding="UTF-8"?>
                <ListBucketResult><Name>%s</Name><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>%s\
                </ListBucketResult>""".formatted(BUCKET, contents).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/xml");
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.ISO_8859_1);
    }

    private static String encoded(String bytes) {
        return URLEncoder.encode(bytes, StandardCharsets.ISO_8859_1);
    }
}
