package io.sexton.cli.design;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The modules' dependency picture in docs/architecture.md, held to the POMs and to the classes. */
final class ModulesTest {
    private static final Pattern PICTURE = Pattern.compile("(?m)^```modules\\n(.*?)^```", Pattern.DOTALL);
    private static final Pattern MAIN_SOURCE = Pattern.compile("([^/]+)/src/main/java/.*\\.java");
    private static final Pattern IMPORTED_PACKAGE =
            Pattern.compile("(?m)^import (?:static )?(io\\.sexton[a-z0-9.]*)\\.[A-Z]");
    private static final String ALL_BUT = "all but ";
    private static final Set<String> SHIPPED = Set.of("compile", "runtime");

    @Test
    void theDependenciesOfEachPomAreThoseOfThePicture() throws Exception {
        Map<String, Set<String>> poms = new TreeMap<>();
        for (String module : modules()) {
            poms.put(module, dependenciesOf(module));
        }
        assertThat(poms).isEqualTo(picture());
    }

    @Test
    void everyModuleSaysWhatItIs() {
        for (String module : modules()) {
            Document pom = pom(module);
            assertThat(textOf(pom.getDocumentElement(), "description"))
                    .as(module)
                    .isNotBlank();
        }
    }

    /** A module names each module whose classes it imports: not only the one through which it gets them. */
    @Test
    void sourcesImportOnlyFromModulesThatTheirOwnNames() throws IOException {
        Map<String, String> moduleOfPackage = new TreeMap<>();
        for (String module : modules()) {
            packagesOf(module).forEach(name -> moduleOfPackage.put(name, module));
        }
        Map<String, Set<String>> picture = picture();
        Map<String, String> problems = new TreeMap<>();
        for (SourceText source : SourceText.all()) {
            Matcher path = MAIN_SOURCE.matcher(source.name());
            if (path.matches()) {
                String from = path.group(1);
                IMPORTED_PACKAGE.matcher(source.text()).results().forEach(imported -> {
                    String to = moduleOfPackage.get(imported.group(1));
                    if (to != null && !from.equals(to) && !uses(picture, from, to)) {
                        problems.putIfAbsent(from + " uses " + to, source.name());
                    }
                });
            }
        }
        assertThat(moduleOfPackage).hasSizeGreaterThan(modules().size());
        assertThat(problems).isEmpty();
    }

    private static Set<String> allBut(Set<String> excluded) {
        Set<String> others = new TreeSet<>(modules());
        others.removeAll(excluded);
        return others;
    }

    private static boolean uses(Map<String, Set<String>> picture, String from, String to) {
        return picture.getOrDefault(from, Set.of()).contains(to);
    }

    /** Returns each module of the picture with what it uses. */
    private static Map<String, Set<String>> picture() {
        var block = PICTURE.matcher(SourceText.read("docs/architecture.md").text());
        assertThat(block.find()).as("a block ```modules").isTrue();
        Map<String, Set<String>> found = new TreeMap<>();
        block.group(1).lines().filter(line -> !line.isBlank()).forEach(line -> {
            String[] parts = line.split("→", 2);
            String module = parts[0].strip();
            String used = parts[1].strip();
            if (used.startsWith(ALL_BUT)) {
                Set<String> excluded = listed(used.substring(ALL_BUT.length()));
                excluded.add(module);
                found.put(module, allBut(excluded));
            } else {
                found.put(module, listed(used));
            }
        });
        return found;
    }

    private static Set<String> listed(String modules) {
        return Arrays.stream(modules.split(","))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns the modules of the build, those of profiles included. */
    private static List<String> modules() {
        NodeList nodes = pom("").getElementsByTagName("module");
        List<String> names = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            names.add(nodes.item(i).getTextContent().strip());
        }
        return names;
    }

    private static Set<String> dependenciesOf(String module) {
        Set<String> found = new TreeSet<>();
        NodeList nodes = pom(module).getElementsByTagName("dependency");
        for (int i = 0; i < nodes.getLength(); i++) {
            Element dependency = (Element) nodes.item(i);
            String scope = textOf(dependency, "scope");
            if (textOf(dependency, "groupId").equals("io.sexton") && (scope.isEmpty() || SHIPPED.contains(scope))) {
                found.add(textOf(dependency, "artifactId"));
            }
        }
        return found;
    }

    private static Set<String> packagesOf(String module) throws IOException {
        Path sources = SourceText.root().resolve(module).resolve("src/main/java");
        if (!Files.isDirectory(sources)) {
            return Set.of();
        }
        try (var files = Files.walk(sources)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .map(file -> sources.relativize(file.getParent()).toString().replace('/', '.'))
                    .collect(Collectors.toSet());
        }
    }

    private static String textOf(Element parent, String child) {
        for (var node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node.getNodeName().equals(child)) {
                return node.getTextContent().strip();
            }
        }
        return "";
    }

    private static Document pom(String module) {
        Path file = SourceText.root().resolve(module).resolve("pom.xml");
        try {
            return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
        } catch (Exception e) {
            throw new IllegalStateException("cannot be read: " + file, e);
        }
    }
}
