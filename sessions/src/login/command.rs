//! What a driver is told by those on its own node.

use sesame_domain::login::Login;
use sesame_domain::ports::Answer;
use tokio::sync::oneshot;

/// What a driver is told by those on its own node.
pub(super) enum Command {
    /// A person's answer; replied to with the login once it is being checked, or
    /// with nothing when none of its kind is asked for.
    Answer {
        answer: Answer,
        reply: oneshot::Sender<Option<Login>>,
    },
    /// Something is wanted of the login; the database says what.
    Intent,
}
