package io.sexton.streams.core;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sexton.fold.core.Times;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.GcCommand;
import io.sexton.v1.Notice;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the conformance cases compare of an output, a line a fact. */
final class Facts {
    private static final Set<String> AS_SETS = Set.of(
            "snapshotRequested",
            "manifestConflict",
            "filesDeleted",
            "eventRejected",
            "approvalNeeded",
            "missingFile",
            "deletionStuck");

    private Facts() {}

    /** Notices that may be repeated count once. */
    static Map<String, Integer> comparable(Map<String, Integer> facts) {
        Map<String, Integer> comparable = new TreeMap<>();
        facts.forEach((fact, count) ->
                comparable.put(fact, AS_SETS.contains(fact.substring(0, fact.indexOf(' '))) ? 1 : count));
        return comparable;
    }

    static List<String> of(Output output) {
        return switch (output) {
            case Output.Command command -> command(command.region().value(), command.command());
            case Output.Notification notice -> notice(notice.region().value(), notice.notice());
            case Output.DeadLetter letter -> List.of("dead letter");
            case Output.ClockDisagreement disagreement -> List.of();
        };
    }

    static String expected(String line) {
        JsonObject json = JsonParser.parseString(line).getAsJsonObject();
        String region = json.get("region").getAsString();
        return switch (json.get("kind").getAsString()) {
            case "condemn" ->
                condemned(
                        region,
                        json.get("path").getAsString(),
                        json.get("reason").getAsString(),
                        Instant.parse(json.get("since").getAsString()),
                        Instant.parse(json.get("decided").getAsString()),
                        json.get("attempt").getAsInt(),
                        json.get("disposition").getAsString());
            case "revoke" -> "revoke " + region + " " + json.get("path").getAsString();
            case "revokePrefix" ->
                "revokePrefix " + region + " '" + json.get("path").getAsString() + "'";
            case "fence" -> "fence " + region + " " + json.get("nonce").getAsString();
            case "dead" -> "dead letter";
            case "approval" -> "approvalNeeded " + region + " null";
            default -> expectedNotice(region, json);
        };
    }

    private static String expectedNotice(String region, JsonObject json) {
        String kind = json.get("notice").getAsString();
        TreeSet<String> paths = new TreeSet<>();
        if (json.has("paths")) {
            json.get("paths").getAsJsonArray().forEach(path -> paths.add(path.getAsString()));
        }
        return switch (kind) {
            case "pinVerdict" ->
                "pinVerdict " + region + " " + json.get("reader").getAsString() + " "
                        + json.get("accepted").getAsBoolean() + " " + paths + " "
                        + json.get("offset").getAsLong();
            case "referenceVerdict" ->
                "referenceVerdict " + region + " " + json.get("referrer").getAsString() + " " + paths + " "
                        + json.get("offset").getAsLong();
            default ->
                kind + " " + region + " "
                        + (json.get("path").isJsonNull()
                                ? null
                                : json.get("path").getAsString());
        };
    }

    private static List<String> command(String region, GcCommand command) {
        List<String> facts = new ArrayList<>();
        switch (command.getCommandCase()) {
            case DELETE -> {
                Instant decided = Times.of(command.getDelete().getDecidedAt());
                for (CondemnedFile file : command.getDelete().getFilesList()) {
                    facts.add(condemned(
                            region,
                            file.getFile().getPath(),
                            file.getReason().name(),
                            Times.of(file.getSince()),
                            decided,
                            file.getAttempt(),
                            command.getDelete().getDisposition().name()));
                }
            }
            case REVOKE -> {
                command.getRevoke().getPathsList().forEach(path -> facts.add("revoke " + region + " " + path));
                if (command.getRevoke().hasPathPrefix()) {
                    facts.add("revokePrefix " + region + " '"
                            + command.getRevoke().getPathPrefix() + "'");
                }
            }
            case FENCE_PASSED ->
                facts.add("fence " + region + " " + command.getFencePassed().getNonce());
            case COMMAND_NOT_SET -> throw new AssertionError("an empty command");
        }
        return facts;
    }

    private static List<String> notice(String region, Notice notice) {
        return switch (notice.getNoticeCase()) {
            case PIN_VERDICT -> {
                var verdict = notice.getPinVerdict();
                yield List.of("pinVerdict " + region + " " + verdict.getReaderId() + " " + verdict.getAccepted() + " "
                        + new TreeSet<>(verdict.getCondemnedList()) + " " + verdict.getOffset());
            }
            case REFERENCE_VERDICT -> {
                var verdict = notice.getReferenceVerdict();
                yield List.of("referenceVerdict " + region + " " + verdict.getReferrer() + " "
                        + new TreeSet<>(verdict.getRejectedList()) + " " + verdict.getOffset());
            }
            case FILES_DELETED ->
                notice.getFilesDeleted().getPathsList().stream()
                        .map(path -> "filesDeleted " + region + " " + path)
                        .toList();
            case SNAPSHOT_REQUESTED -> List.of("snapshotRequested " + region + " null");
            case APPROVAL_NEEDED -> List.of("approvalNeeded " + region + " null");
            case MANIFEST_CONFLICT ->
                List.of("manifestConflict " + region + " "
                        + notice.getManifestConflict().getPath());
            case EVENT_REJECTED -> {
                String path = notice.getEventRejected().getPath();
                yield List.of("eventRejected " + region + " " + (path.isEmpty() ? null : path));
            }
            case MISSING_FILE ->
                List.of("missingFile " + region + " " + notice.getMissingFile().getPath());
            case DELETION_STUCK ->
                List.of("deletionStuck " + region + " "
                        + notice.getDeletionStuck().getPath());
            case NOTICE_NOT_SET -> throw new AssertionError("an empty notice");
        };
    }

    private static String condemned(
            String region, String path, String reason, Instant since, Instant decided, int attempt, String how) {
        return "condemn " + region + " " + path + " " + reason + " since " + since + " decided " + decided + " attempt "
                + attempt + " " + how;
    }
}
