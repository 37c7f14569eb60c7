package io.sexton.deleter.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class FileStateTest {

    private static final FileState OPEN = new FileState.Open();
    private static final FileState REVOKED = new FileState.Revoked();
    private static final FileState IN_CALL = new FileState.InCall();
    private static final FileState LOOK = new FileState.LookInCall();
    private static final FileState REVOKED_IN_CALL = new FileState.RevokedInCall();
    private static final FileState SETTLED = new FileState.Settled(FileResult.retryable("first"));

    @Test
    void aPendingFileEntersACallOnce() {
        assertThat(OPEN.called()).isEqualTo(IN_CALL);
        assertThat(REVOKED.called()).as("is only looked at").isEqualTo(LOOK);
        for (FileState other : List.of(IN_CALL, LOOK, REVOKED_IN_CALL, SETTLED)) {
            assertThatThrownBy(other::called).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aRevokeHoldsUntilTheFileIsSettled() {
        assertThat(OPEN.revoked()).isEqualTo(REVOKED);
        assertThat(REVOKED.revoked()).isEqualTo(REVOKED);
        assertThat(IN_CALL.revoked()).isEqualTo(REVOKED_IN_CALL);
        assertThat(LOOK.revoked()).as("a look changes nothing").isEqualTo(LOOK);
        assertThat(REVOKED_IN_CALL.revoked()).isEqualTo(REVOKED_IN_CALL);
        assertThat(SETTLED.revoked()).isEqualTo(SETTLED);
    }

    @Test
    void aFileOfACallThatDoesNotBeginIsPendingAgainAndStaysRevoked() {
        assertThat(IN_CALL.reopened()).isEqualTo(OPEN);
        assertThat(LOOK.reopened()).isEqualTo(REVOKED);
        assertThat(REVOKED_IN_CALL.reopened()).isEqualTo(REVOKED);
        for (FileState other : List.of(OPEN, REVOKED, SETTLED)) {
            assertThat(other.reopened()).isEqualTo(other);
        }
    }

    @Test
    void theFirstResultStands() {
        FileResult later = FileResult.retryable("later");
        for (FileState other : List.of(OPEN, REVOKED, IN_CALL, LOOK, REVOKED_IN_CALL)) {
            assertThat(other.settled(later)).isEqualTo(new FileState.Settled(later));
        }
        assertThat(SETTLED.settled(later)).isEqualTo(SETTLED);
    }
}
