//! What a driver is told by those on its own node.

use secrecy::SecretString;
use sesame_domain::login::Login;
use tokio::sync::oneshot;

/// What a driver is told by those on its own node.
pub(super) enum Command {
    /// A password; answered with the login once it is being checked, or with
    /// nothing when none is asked for.
    Password {
        password: SecretString,
        reply: oneshot::Sender<Option<Login>>,
    },
    /// Something is wanted of the login; the database says what.
    Intent,
}
