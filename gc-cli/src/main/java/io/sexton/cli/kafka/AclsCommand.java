package io.sexton.cli.kafka;

import io.sexton.proto.Grant;
import io.sexton.proto.Grants;
import io.sexton.proto.Namespace;
import io.sexton.service.CommandFailure;
import io.sexton.service.ExitCode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The {@code sexton acls} command. */
@Command(
        name = "acls",
        header = "Prints the ACLs that services and clients need.",
        description = {
            "Prints commands of Kafka's own tool, kafka-acls.sh, which grant each principal what its part needs and no more;"
                    + " no broker is contacted. Each option below may be repeated, and one principal may have several"
                    + " parts. docs/security.md describes what that enforces, and what it does not."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the commands are printed", "2:the command line is wrong"})
public final class AclsCommand implements Callable<Integer> {

    /** Principals as ACLs have them: a type, a colon and a name, neither of which a shell or a line break ends. */
    private static final Pattern PRINCIPAL = Pattern.compile("[A-Za-z]+:[^\\p{Cntrl}]+");

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--bootstrap-server",
            paramLabel = "HOST:PORT",
            defaultValue = "${env:SEXTON_BOOTSTRAP_SERVERS:-localhost:9092}",
            description =
                    "What the printed commands connect to. Default: localhost:9092, or SEXTON_BOOTSTRAP_SERVERS of"
                            + " the environment.")
    private String bootstrapServers = "localhost:9092";

    @Option(
            names = "--command-config",
            paramLabel = "FILE",
            description =
                    "A properties file that the printed commands name, with which an administrator connects. It is"
                            + " not read.")
    private @Nullable String commandConfig;

    @Option(
            names = "--namespace",
            paramLabel = "NAME",
            defaultValue = "${env:SEXTON_NAMESPACE:-}",
            description =
                    "The namespace of services and clients. Default: SEXTON_NAMESPACE of the environment, else none.")
    private String namespaceName = "";

    @Option(names = "--streams", paramLabel = "PRINCIPAL", description = "gc-streams, such as User:streams.")
    private List<String> streams = new ArrayList<>();

    @Option(names = "--coordinator", paramLabel = "PRINCIPAL", description = "The lock-coordinator.")
    private List<String> coordinators = new ArrayList<>();

    @Option(names = "--deleter", paramLabel = "PRINCIPAL", description = "gc-deleter.")
    private List<String> deleters = new ArrayList<>();

    @Option(
            names = "--leader",
            paramLabel = "PRINCIPAL",
            description = "Leaders of a database, or whatever publishes events, reads notices and takes locks.")
    private List<String> leaders = new ArrayList<>();

    @Option(names = "--reader", paramLabel = "PRINCIPAL", description = "Readers of a database, which hold pins.")
    private List<String> readers = new ArrayList<>();

    @Option(
            names = "--operator",
            paramLabel = "PRINCIPAL",
            description = "Operators: publish, scan, trash restore, topics check, export of the dead letters.")
    private List<String> operators = new ArrayList<>();

    @Option(names = "--auditor", paramLabel = "PRINCIPAL", description = "Auditors: export of every topic.")
    private List<String> auditors = new ArrayList<>();

    @Option(names = "--administrator", paramLabel = "PRINCIPAL", description = "Principal that runs topics create.")
    private List<String> administrators = new ArrayList<>();

    @Option(
            names = "--streams-application-id",
            paramLabel = "ID",
            defaultValue = "sexton-streams",
            description = "application-id of gc-streams. Default: ${DEFAULT-VALUE}.")
    private String streamsId = "sexton-streams";

    @Option(
            names = "--coordinator-application-id",
            paramLabel = "ID",
            defaultValue = "sexton-coordinator",
            description = "application-id of the lock-coordinator. Default: ${DEFAULT-VALUE}.")
    private String coordinatorId = "sexton-coordinator";

    @Option(
            names = "--deleter-group-id",
            paramLabel = "ID",
            defaultValue = "sexton-deleter",
            description = "group-id of gc-deleter. Default: ${DEFAULT-VALUE}.")
    private String deleterGroup = "sexton-deleter";

    @Override
    public Integer call() {
        Namespace namespace = namespace();
        List<String> lines = new ArrayList<>();
        add(lines, "gc-streams", "--streams", streams, Grants.streams(namespace, streamsId));
        add(lines, "lock-coordinator", "--coordinator", coordinators, Grants.coordinator(namespace, coordinatorId));
        add(lines, "gc-deleter", "--deleter", deleters, Grants.deleter(namespace, deleterGroup));
        add(lines, "database leader", "--leader", leaders, Grants.leader(namespace));
        add(lines, "database reader", "--reader", readers, Grants.reader(namespace));
        add(lines, "operator", "--operator", operators, Grants.operator(namespace));
        add(lines, "auditor", "--auditor", auditors, Grants.auditor(namespace));
        add(lines, "administrator", "--administrator", administrators, Grants.administrator(namespace));
        if (lines.isEmpty()) {
            throw CommandFailure.usage("no principal is named: for example --streams User:streams");
        }
        PrintWriter out = spec.commandLine().getOut();
        lines.forEach(out::println);
        out.flush();
        return ExitCode.DONE;
    }

    private Namespace namespace() {
        try {
            return Namespace.of(namespaceName);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage("--namespace: " + e.getMessage());
        }
    }

    private void add(List<String> lines, String part, String option, List<String> principals, List<Grant> grants) {
        for (String principal : principals) {
            if (!PRINCIPAL.matcher(principal).matches()) {
                throw CommandFailure.usage(
                        option + ": '" + principal + "' is no principal; it is TYPE:NAME, such as User:name");
            }
            lines.add("# " + part + ": " + principal);
            grants.forEach(grant -> lines.add(command(principal, grant)));
        }
    }

    private String command(String principal, Grant grant) {
        StringBuilder command = new StringBuilder("kafka-acls.sh --bootstrap-server ").append(quoted(bootstrapServers));
        if (commandConfig != null) {
            command.append(" --command-config ").append(quoted(commandConfig));
        }
        command.append(" --add --allow-principal ").append(quoted(principal));
        grant.operations().forEach(operation -> command.append(" --operation ").append(nameOf(operation)));
        return command.append(' ')
                .append(optionOf(grant.resource()))
                .append(' ')
                .append(quoted(grant.name()))
                .append(" --resource-pattern-type ")
                .append(grant.pattern().name().toLowerCase(Locale.ROOT))
                .toString();
    }

    private static String optionOf(ResourceType resource) {
        return switch (resource) {
            case TOPIC -> "--topic";
            case GROUP -> "--group";
            case TRANSACTIONAL_ID -> "--transactional-id";
            case UNKNOWN, ANY, CLUSTER, DELEGATION_TOKEN, USER ->
                throw new IllegalArgumentException("no part needs an ACL of " + resource);
        };
    }

    /** Returns the name that Kafka's tool has for an operation: DescribeConfigs for DESCRIBE_CONFIGS. */
    private static String nameOf(AclOperation operation) {
        StringBuilder name = new StringBuilder();
        for (String word : Pattern.compile("_").split(operation.name())) {
            name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return name.toString();
    }

    /** Returns the text as one word of a POSIX shell. */
    private static String quoted(String text) {
        return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
