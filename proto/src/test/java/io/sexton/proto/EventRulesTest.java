package io.sexton.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.TextFormat;
import io.sexton.v1.Policy;
import io.sexton.v1.PolicySet;
import io.sexton.v1.RegionEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EventRulesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "event                                    | ",
                "region_opened.store                      | region_opened { root: 'a' }",
                "region_opened.root                       | region_opened { store: 's' }",
                "region_opened.root                       | region_opened { store: 's' root: '../a' }",
                "manifest_edit.added[1].path              | manifest_edit { added { path: 'a' } added { } }",
                "manifest_edit.removed[0]                 | manifest_edit { removed: '/a' }",
                "manifest_edit.removed                    | manifest_edit { added { path: 'a' } removed: 'a' }",
                "manifest_snapshot.snapshot_id            | manifest_snapshot { }",
                "manifest_snapshot.last                   | manifest_snapshot { snapshot_id: 's' last: true }",
                "manifest_snapshot.files                  | manifest_snapshot { snapshot_id: 's' files { path: 'a' } }",
                "manifest_snapshot.files[0].path          | manifest_snapshot { snapshot_id: 's' chunk: 1 files { } }",
                "compaction_started.compaction_id         | compaction_started { }",
                "compaction_started.temp_files[0]         | compaction_started { compaction_id: 'c' temp_files: '' }",
                "compaction_started.timeout               | compaction_started { compaction_id: 'c' timeout { seconds: -1 } }",
                "compaction_started.timeout               | compaction_started { compaction_id: 'c' timeout { nanos: -1 } }",
                "compaction_completed.compaction_id       | compaction_completed { }",
                "compaction_completed.edit.removed[0]     | compaction_completed { compaction_id: 'c' edit { removed: '.' } }",
                "compaction_failed.compaction_id          | compaction_failed { }",
                "compaction_failed.leftover_files[0]      | compaction_failed { compaction_id: 'c' leftover_files: 'a/' }",
                "file_written.file.path                   | file_written { }",
                "write_failed.paths[0]                    | write_failed { paths: 'a//b' }",
                "query_heartbeat.reader_id                | query_heartbeat { }",
                "query_heartbeat.ttl                      | query_heartbeat { reader_id: 'r' ttl { seconds: -1 } }",
                "query_heartbeat.files.paths[0]           | query_heartbeat { reader_id: 'r' files { paths: '' } }",
                "query_heartbeat.temp_manifest            | query_heartbeat { reader_id: 'r' temp_manifest: '/' }",
                "query_finished.reader_id                 | query_finished { }",
                "reference_edit.referrer                  | reference_edit { }",
                "reference_edit.added[0]                  | reference_edit { referrer: 'r' added: '' }",
                "reference_edit.removed[0]                | reference_edit { referrer: 'r' removed: '' }",
                "reference_edit.removed                   | reference_edit { referrer: 'r' added: 'a' removed: 'a' }",
                "inventory.inventory_id                   | inventory { }",
                "inventory.last                           | inventory { inventory_id: 'i' last: true }",
                "inventory.files                          | inventory { inventory_id: 'i' files { path: 'a' } }",
                "deletion_report.command_id               | deletion_report { command_id: '0-1' }",
                "deletion_report.command_id               | deletion_report { command_id: '0-9999999999999999999-0' }",
                "deletion_report.outcomes[0].path         | deletion_report { command_id: '0-1-2' outcomes { } }",
                "hold.hold_id                             | hold { }",
                "approval.approval_id                     | approval { }",
                "deleter_fence.nonce                      | deleter_fence { }",
                "tick.wall_clock                          | tick { ticker: 't' }",
                "tick.ticker                              | tick { wall_clock { } }",
                "tick.uptime                              | tick { wall_clock { } ticker: 't' uptime { nanos: -1 } }",
                "policy_set.policy.orphan_linger          | policy_set { policy { orphan_linger { seconds: -1 } } }"
            })
    void namesTheFieldAtFault(String field, String event) throws Exception {
        assertThat(EventRules.problemWith(event(event == null ? "" : event)))
                .map(FieldProblem::field)
                .contains(field.strip());
    }

    @Test
    void refusesWhatANewerVersionMeans() {
        RegionEvent policy = RegionEvent.newBuilder()
                .setPolicySet(
                        PolicySet.newBuilder().setPolicy(Policy.newBuilder().setDispositionValue(99)))
                .build();

        assertThat(EventRules.problemWith(policy))
                .map(FieldProblem::toString)
                .contains("policy_set.policy.disposition: is one that this version does not know");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "region_opened { store: 's' root: 'a/b' }",
                "region_dropped { }",
                "region_restored { }",
                "manifest_edit { added { path: 'a' } added { path: 'a' } removed: 'b' }",
                "manifest_snapshot { snapshot_id: 's' }",
                "manifest_snapshot { snapshot_id: 's' chunk: 1 last: true files { path: 'a' } }",
                "compaction_started { compaction_id: 'c' temp_files: 'a' timeout { seconds: 1 nanos: 999999999 } }",
                "compaction_completed { compaction_id: 'c' }",
                "compaction_failed { compaction_id: 'c' leftover_files: 'a' }",
                "query_heartbeat { reader_id: 'r' }",
                "query_heartbeat { reader_id: 'r' files { paths: 'a' } temp_manifest: 'b' }",
                "inventory { inventory_id: 'i' chunk: 7 files { path: 'a' } }",
                "deletion_report { command_id: '3-70000000000-0' outcomes { path: 'a' } }",
                "hold { hold_id: 'h' path_prefix: '/not a path/' }",
                "retry { }",
                "tick { wall_clock { } ticker: 't' }",
                "policy_set { region_glob: '*' }"
            })
    void acceptsWhatTheFoldApplies(String event) throws Exception {
        assertThat(EventRules.problemWith(event(event))).isEmpty();
    }

    private static RegionEvent event(String text) throws TextFormat.ParseException {
        RegionEvent.Builder event = RegionEvent.newBuilder();
        TextFormat.merge(text, event);
        return event.build();
    }
}
