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
    void namesTheInvalidField(String field, String event) throws Exception {
        assertThat(EventRules.problemWith(event(event == null ? "" : event)))
                .map(FieldProblem::field)
                .contains(field.strip());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "epoch                                    | epoch: 9223372036854775808 region_dropped { }",
                "region_opened.manifest_version           | region_opened { store: 's' root: 'r' manifest_version: 18446744073709551615 }",
                "manifest_edit.version                    | manifest_edit { version: 9223372036854775808 }",
                "manifest_edit.base_version               | manifest_edit { base_version: 9223372036854775808 }",
                "compaction_completed.edit.version        | compaction_completed { compaction_id: 'c' edit { version: 9223372036854775808 } }",
                "manifest_snapshot.version                | manifest_snapshot { snapshot_id: 's' version: 9223372036854775808 }",
                "query_heartbeat.at_version               | query_heartbeat { reader_id: 'r' at_version: 9223372036854775808 }",
                "reference_edit.referrer_epoch            | reference_edit { referrer: 'r' referrer_epoch: 9223372036854775808 }",
                "query_heartbeat.ttl                      | query_heartbeat { reader_id: 'r' ttl { seconds: 2592000 nanos: 1 } }",
                "query_heartbeat.ttl                      | query_heartbeat { reader_id: 'r' ttl { seconds: 9223372036854775807 nanos: 999999999 } }",
                "compaction_started.timeout               | compaction_started { compaction_id: 'c' timeout { seconds: 2592001 } }",
                "hold.expires_after                       | hold { hold_id: 'h' expires_after { seconds: 3155760001 } }",
                "hold.expires_after                       | hold { hold_id: 'h' expires_after { seconds: -1 } }",
                "tick.uptime                              | tick { wall_clock { } ticker: 't' uptime { seconds: 3155760001 } }",
                "policy_set.policy.reader_ttl             | policy_set { policy { reader_ttl { seconds: 2592001 } } }",
                "policy_set.policy.compaction_timeout     | policy_set { policy { compaction_timeout { seconds: 2592001 } } }",
                "policy_set.policy.drop_linger            | policy_set { policy { drop_linger { seconds: 3155760001 } } }",
                "policy_set.policy.retention              | policy_set { policy { retention { } } }",
                "policy_set.policy.retention              | policy_set { policy { retention { nanos: 999999 } } }"
            })
    void boundsNumbersAndDurations(String field, String event) throws Exception {
        assertThat(EventRules.problemWith(event(event)))
                .map(FieldProblem::field)
                .contains(field.strip());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "256  | producer: '%s' region_dropped { }",
                "256  | region_opened { store: '%s' root: 'r' }",
                "256  | manifest_snapshot { snapshot_id: '%s' }",
                "256  | compaction_started { compaction_id: '%s' }",
                "256  | compaction_completed { compaction_id: '%s' }",
                "256  | compaction_failed { compaction_id: '%s' }",
                "256  | query_heartbeat { reader_id: '%s' }",
                "256  | query_finished { reader_id: '%s' }",
                "256  | reference_edit { referrer: '%s' }",
                "256  | inventory { inventory_id: '%s' }",
                "256  | hold { hold_id: '%s' }",
                "256  | approval { approval_id: '%s' }",
                "256  | approval { approval_id: 'a' inventory_id: '%s' }",
                "256  | tick { wall_clock { } ticker: '%s' }",
                "256  | deleter_fence { nonce: '%s' }",
                "1024 | hold { hold_id: 'h' path_prefix: '%s' }",
                "1024 | retry { path_prefix: '%s' }",
                "1024 | expedite { path_prefix: '%s' }",
                "1024 | file_written { file { path: 'a' etag: '%s' } }",
                "1024 | manifest_edit { added { path: 'a' etag: '%s' } }",
                "1024 | inventory { inventory_id: 'i' chunk: 1 files { path: 'a' etag: '%s' } }",
                "1024 | manifest_snapshot { snapshot_id: 'i' chunk: 1 files { path: 'a' etag: '%s' } }",
                "1024 | policy_set { region_glob: '%s' }",
                "1000 | policy_set { policy { file_pattern: '%s' } }",
                "1000 | policy_set { policy { companions { pattern: '%s' } } }"
            })
    void boundsTheLengthOfTexts(int longest, String event) throws Exception {
        assertThat(EventRules.problemWith(event(event.formatted("é".repeat(longest / 2) + "x".repeat(longest % 2)))))
                .isEmpty();
        assertThat(EventRules.problemWith(event(event.formatted("x".repeat(longest + 1)))))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "producer: 'a\\u0001' region_dropped { }",
                "region_opened { store: 'a\\u009f' root: 'r' }",
                "query_finished { reader_id: 'a\\n' }"
            })
    void rejectsControlCharactersInIds(String event) throws Exception {
        assertThat(EventRules.problemWith(event(event))).isPresent();
    }

    @Test
    void rejectsAPolicyThatIsTooLarge() {
        PolicySet.Builder set = PolicySet.newBuilder();
        set.getPolicyBuilder().setCompanionSuffix("x".repeat(16_000));
        assertThat(EventRules.problemWith(
                        RegionEvent.newBuilder().setPolicySet(set).build()))
                .isEmpty();
        set.getPolicyBuilder().setCompanionSuffix("x".repeat(16_384));
        assertThat(EventRules.problemWith(
                        RegionEvent.newBuilder().setPolicySet(set).build()))
                .map(FieldProblem::field)
                .contains("policy_set");
    }

    @Test
    void cutsTextsForPeopleBetweenCharacters() {
        assertThat(Text.cut("x".repeat(1024))).hasSize(1024);
        assertThat(Text.cut("x".repeat(1025))).hasSize(1024);
        assertThat(Text.cut("x" + "😀".repeat(300))).isEqualTo("x" + "😀".repeat(255));
        assertThat(Text.cut("é".repeat(600))).isEqualTo("é".repeat(512));
    }

    @Test
    void rejectsEnumValuesOfNewerVersions() {
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
                "hold { hold_id: 'h' path_prefix: '/not a path/' expires_after { seconds: 3155760000 } }",
                "query_heartbeat { reader_id: 'r' ttl { seconds: 2592000 } }",
                "epoch: 9223372036854775807 manifest_edit { base_version: 9223372036854775806 version: 9223372036854775807 }",
                "policy_set { policy { retention { nanos: 1000000 } } }",
                "retry { }",
                "tick { wall_clock { } ticker: 't' }",
                "policy_set { region_glob: '*' }"
            })
    void acceptsValidEvents(String event) throws Exception {
        assertThat(EventRules.problemWith(event(event))).isEmpty();
    }

    private static RegionEvent event(String text) throws TextFormat.ParseException {
        RegionEvent.Builder event = RegionEvent.newBuilder();
        TextFormat.merge(text, event);
        return event.build();
    }
}
