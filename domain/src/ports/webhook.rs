//! Updates that Telegram pushes.

/// Why an update was not taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebhookRefusal {
    /// It is no update.
    #[error("what was pushed is no update")]
    Malformed,
    /// Too many wait already, or the bot stops: Telegram keeps it, and pushes it
    /// again.
    #[error("no update can be taken in now")]
    Busy,
}

/// Takes in the updates that Telegram pushes to the webhook of a bot.
pub trait WebhookReceiver: Send + Sync {
    /// Whether the webhook is this tenant's.
    fn is_of(&self, tenant: &str) -> bool;

    /// Whether this is the secret that Telegram was given. It takes as long for
    /// one that is nearly right as for any other.
    fn knows(&self, secret: &[u8]) -> bool;

    /// Takes an update in, to be dealt with.
    ///
    /// # Errors
    /// When it is none, or there is no room.
    fn receive(&self, update: &[u8]) -> Result<(), WebhookRefusal>;
}
