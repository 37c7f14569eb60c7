package io.sexton.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** A check that every public type and method for databases is documented. Doclint checks what the comments contain. */
final class PublicApiDocTest {

    private static final List<String> PACKAGES = List.of("", "pins", "locks", "spi");

    @Test
    void everyPublicTypeAndMethodIsDocumented() throws Exception {
        List<String> undocumented = new ArrayList<>();
        int[] documented = {0};
        StandardJavaFileManager files = ToolProvider.getSystemJavaCompiler().getStandardFileManager(null, null, null);
        JavacTask task = (JavacTask) ToolProvider.getSystemJavaCompiler()
                .getTask(null, files, null, List.of("-proc:none"), null, files.getJavaFileObjectsFromPaths(sources()));
        DocTrees docs = DocTrees.instance(task);
        for (CompilationUnitTree unit : task.parse()) {
            new TreePathScanner<Void, Void>() {
                @Override
                public Void visitClass(ClassTree type, Void none) {
                    if (!isPublic(type.getModifiers())) {
                        return null;
                    }
                    check(type.getSimpleName().toString());
                    return super.visitClass(type, null);
                }

                @Override
                public Void visitMethod(MethodTree method, Void none) {
                    boolean overrides = method.getModifiers().getAnnotations().stream()
                            .anyMatch(each -> each.toString().contains("Override"));
                    if (isPublic(method.getModifiers()) && !overrides && !isCompactConstructor(method)) {
                        check(method.getName().toString());
                    }
                    return null;
                }

                private void check(String name) {
                    if (docs.getDocComment(getCurrentPath()) == null) {
                        undocumented.add(unit.getSourceFile().getName() + ": " + name);
                    } else {
                        documented[0]++;
                    }
                }

                private boolean isPublic(ModifiersTree modifiers) {
                    TreePath parent = getCurrentPath().getParentPath();
                    boolean inInterface =
                            parent.getLeaf() instanceof ClassTree type && type.getKind() == Tree.Kind.INTERFACE;
                    return modifiers.getFlags().contains(Modifier.PUBLIC)
                            || (inInterface && !modifiers.getFlags().contains(Modifier.PRIVATE));
                }

                // The components of a record are documented at the type.
                private boolean isCompactConstructor(MethodTree method) {
                    return method.getName().contentEquals("<init>")
                            && getCurrentPath().getParentPath().getLeaf() instanceof ClassTree type
                            && type.getKind() == Tree.Kind.RECORD;
                }
            }.scan(unit, null);
        }

        assertThat(undocumented).isEmpty();
        assertThat(documented[0]).isGreaterThan(150);
    }

    private static List<Path> sources() throws Exception {
        Path module = Path.of("").toAbsolutePath();
        Path here = Stream.of(module, module.resolve("gc-client"))
                .map(base -> base.resolve("src/main/java/io/sexton/client"))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
        List<Path> sources = new ArrayList<>();
        for (String name : PACKAGES) {
            try (Stream<Path> files = Files.list(here.resolve(name))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
            }
        }
        return sources;
    }
}
