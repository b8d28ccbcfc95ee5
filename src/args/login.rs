//! What `sesame login` is told.

use clap::Args;
use secrecy::SecretString;
use sesame_domain::ids::{PersonId, TenantId};
use sesame_domain::login::Method;

use super::values;

const WHOSE: &str = "\
Whose account it will be must be known before: what signs in is compared with
that, and another account is signed out again at once. It is the person of
--as; without it, the one whom OPERATORS names for the tenant, or, if it names
several, the one whom you choose among them. The bot answers your Telegram id
to /admin.

Ctrl-C cancels the login, and waits until nothing of it is left at Telegram.

Beside a running `sesame serve` it works if both have REDIS_URL; without Redis,
stop `sesame serve` first, or link the account in the Mini App.";

/// How to sign in, and who.
#[derive(Debug, Args)]
#[command(after_help = WHOSE)]
pub(crate) struct LoginArgs {
    /// By a QR code in the terminal, to be scanned with the phone that has the
    /// account. The usual way
    #[arg(long, conflicts_with = "phone")]
    qr: bool,
    /// By phone number, and the code that Telegram sends. Without NUMBER you are
    /// asked for it: then it is in no history and no list of processes
    #[arg(
        long,
        value_name = "NUMBER",
        num_args = 0..=1,
        value_parser = values::secret
    )]
    #[allow(
        clippy::option_option,
        reason = "without the option, with it alone, and with a number"
    )]
    phone: Option<Option<SecretString>>,
    /// The Telegram id of the person who signs in
    #[arg(long = "as", value_name = "PERSON_ID", value_parser = values::person)]
    pub(crate) person: Option<PersonId>,
    /// The tenant for which the account is linked; without it, the bot's (TENANT)
    #[arg(long, value_name = "NAME", value_parser = values::tenant)]
    pub(crate) tenant: Option<TenantId>,
    /// Link the account again although it is linked and works: that replaces the
    /// sign-in that is there
    #[arg(long)]
    pub(crate) again: bool,
}

impl LoginArgs {
    /// By which way.
    pub(crate) fn method(&self) -> Method {
        match self.phone {
            Some(_) => Method::Phone,
            None => Method::Qr,
        }
    }

    /// The number, as it was given.
    pub(crate) fn number(&self) -> Option<&SecretString> {
        self.phone.as_ref()?.as_ref()
    }
}
