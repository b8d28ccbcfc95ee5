//! How long a login lives.

use chrono::TimeDelta;
use sesame_domain::login::Policy;

use super::section::section;
use super::setting::{setting, within};

section! {
    /// How long a login lives.
    pub(crate) struct Login: "Logins" {
        /// How long a login by QR code may take, in seconds (30 to 3600). Every other
        /// deadline follows from it.
        qr_ttl_seconds: u32 = setting(
            "QR_TTL_SECONDS",
            "the life of a login in seconds, 30 to 3600",
        )
        .default("600")
        .check(within(30..=3600)),
    }
}

impl Login {
    /// The deadlines.
    pub(crate) fn policy(&self) -> Policy {
        Policy::new(TimeDelta::seconds(self.qr_ttl_seconds.into()))
    }
}
