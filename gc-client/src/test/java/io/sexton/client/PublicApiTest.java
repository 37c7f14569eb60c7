package io.sexton.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.client.locks.LockClient;
import io.sexton.client.pins.ReaderPins;
import io.sexton.client.spi.ClientPorts;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The rules of the public API: see the documentation of the package. */
final class PublicApiTest {

    private static final String ROOT = SextonClient.class.getPackageName();
    private static final String PINS = ReaderPins.class.getPackageName();
    private static final String LOCKS = LockClient.class.getPackageName();
    private static final String SPI = ClientPorts.class.getPackageName();
    private static final String ASYNC = "Async";

    /** The functions of callers, which may block in the thread that calls them. */
    private static final List<Class<?>> CALLBACKS = List.of(FileLister.class, FileSink.class, ManifestSource.class);

    /** The public types for databases, nested ones too. */
    private static List<Class<?>> api;

    @BeforeAll
    static void load() throws Exception {
        api = publicTypes(ROOT, PINS, LOCKS);
        assertThat(api).contains(SextonClient.class, ReaderPins.class, LockClient.class, SextonClient.Builder.class);
    }

    @Test
    void theRootPackageFitsOnAScreen() throws Exception {
        List<Class<?>> all = publicTypes(ROOT);

        assertThat(all.stream().filter(type -> type.getEnclosingClass() == null))
                .hasSizeLessThanOrEqualTo(25);
        assertThat(all.stream().filter(type -> type.getEnclosingClass() != null))
                .containsExactly(SextonClient.Builder.class);
    }

    @Test
    void theRootPackageHidesNothing() throws Exception {
        assertThat(types(ROOT).stream().filter(type -> type.getEnclosingClass() == null))
                .as("what is no part of the API is in the package internal")
                .allMatch(type -> Modifier.isPublic(type.getModifiers()));
    }

    @Test
    void everyFutureHasABlockingFormOfTheSameName() {
        List<Method> futures =
                operations().filter(method -> isFuture(method.getReturnType())).toList();

        assertThat(futures).hasSizeGreaterThan(30);
        for (Method future : futures) {
            assertThat(future.getName()).as(future.toString()).endsWith(ASYNC);
            Method blocking = formOf(
                            future,
                            future.getName().substring(0, future.getName().length() - ASYNC.length()))
                    .orElseThrow(() -> new AssertionError("no blocking form of " + future));
            assertThat(blocking.getGenericReturnType())
                    .as("the result of " + blocking)
                    .isEqualTo(resultOf(future));
            assertThat(blocking.getExceptionTypes()).contains(InterruptedException.class);
        }
    }

    @Test
    void whatBlocksHasAFormThatReturnsAFuture() {
        List<Method> blocking = operations()
                .filter(method -> List.of(method.getExceptionTypes()).contains(InterruptedException.class))
                .toList();

        assertThat(blocking).hasSizeGreaterThan(30);
        for (Method each : blocking) {
            assertThat(formOf(each, each.getName() + ASYNC))
                    .as("the form of " + each + " that returns a future")
                    .isPresent();
        }
    }

    @Test
    void everyFailureIsASextonException() throws Exception {
        List<Class<?>> failures =
                api.stream().filter(Throwable.class::isAssignableFrom).toList();

        assertThat(failures).allMatch(SextonException.class::isAssignableFrom);
        assertThat(SextonException.class.getPermittedSubclasses())
                .hasSizeLessThanOrEqualTo(6)
                .containsAll(failures.stream()
                        .filter(type -> type != SextonException.class)
                        .toList());
        assertThat(operations().flatMap(method -> Arrays.stream(method.getExceptionTypes())))
                .as("checked exceptions: an interruption, and what a caller's own function throws")
                .isSubsetOf(InterruptedException.class, IOException.class);
    }

    @Test
    void noSignatureNamesAnInternalType() throws Exception {
        List<Class<?>> all = new ArrayList<>(api);
        all.addAll(publicTypes(SPI));
        for (Class<?> type : all) {
            List<Executable> signatures = new ArrayList<>(List.of(type.getDeclaredMethods()));
            signatures.addAll(List.<Constructor<?>>of(type.getDeclaredConstructors()));
            for (Executable signature : signatures) {
                if (Modifier.isPublic(signature.getModifiers())) {
                    assertThat(signature.toGenericString()).doesNotContain(".internal.");
                }
            }
            assertThat(type.getInterfaces()).allMatch(each -> !each.getName().contains(".internal."));
        }
    }

    private static Stream<Method> operations() {
        return api.stream()
                .filter(type -> !CALLBACKS.contains(type))
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic());
    }

    private static boolean isFuture(Class<?> type) {
        return CompletableFuture.class.isAssignableFrom(type);
    }

    private static Type resultOf(Method future) {
        Type result = ((ParameterizedType) future.getGenericReturnType()).getActualTypeArguments()[0];
        return result == Void.class ? void.class : result == Boolean.class ? boolean.class : result;
    }

    /** Returns the method of that name with the same parameters, but for the executor of the caller's own function. */
    private static Optional<Method> formOf(Method method, String name) {
        return Arrays.stream(method.getDeclaringClass().getDeclaredMethods())
                .filter(other -> other.getName().equals(name))
                .filter(other -> withoutExecutor(other).equals(withoutExecutor(method)))
                .filter(other -> Modifier.isPublic(other.getModifiers()))
                .findFirst();
    }

    private static List<Class<?>> withoutExecutor(Method method) {
        return Arrays.stream(method.getParameterTypes())
                .filter(type -> type != Executor.class)
                .toList();
    }

    private static List<Class<?>> publicTypes(String... packages) throws Exception {
        return types(packages).stream().filter(PublicApiTest::isVisible).toList();
    }

    private static boolean isVisible(Class<?> type) {
        return Modifier.isPublic(type.getModifiers())
                && (type.getEnclosingClass() == null || isVisible(type.getEnclosingClass()));
    }

    private static List<Class<?>> types(String... packages) throws Exception {
        List<Class<?>> types = new ArrayList<>();
        for (String name : packages) {
            try (Stream<Path> files = Files.list(classes().resolve(name.replace('.', '/')))) {
                for (Path file :
                        files.filter(each -> each.toString().endsWith(".class")).toList()) {
                    String simple = file.getFileName().toString().replace(".class", "");
                    if (!simple.equals("package-info") && !simple.matches(".*\\$\\d.*")) {
                        types.add(Class.forName(name + "." + simple));
                    }
                }
            }
        }
        return types;
    }

    private static Path classes() throws URISyntaxException {
        return Path.of(SextonClient.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }
}
