//! How often one may ask.

use super::section::section;
use super::setting::{setting, within};

const EXPECTS: &str = "a number up to 1000000; 0: without a limit";
const MOST: i64 = 1_000_000;

section! {
    /// How often one may ask; 0: as often as one likes.
    pub(crate) struct Rates: "Rate limits" {
        /// How often a person may ask in a minute: anything in the Mini App that changes
        /// something; each of what is critical (beginning a login, a password, a link for
        /// another screen, unlinking, erasing); and reading, which the page does by
        /// itself. 0: without a limit, as for all of these.
        rate_person: u32 = setting("RATE_PERSON", EXPECTS)
            .default("30")
            .check(within(0..=MOST)),
        rate_person_critical: u32 = setting("RATE_PERSON_CRITICAL", EXPECTS)
            .default("5")
            .check(within(0..=MOST)),
        rate_person_reads: u32 = setting("RATE_PERSON_READS", EXPECTS)
            .default("300")
            .check(within(0..=MOST)),

        /// How many commands and buttons of a person the bot answers in a minute.
        rate_bot: u32 = setting("RATE_BOT", EXPECTS)
            .default("30")
            .check(within(0..=MOST)),

        /// How often all people of the bot together may ask in a second.
        rate_tenant_per_second: u32 = setting("RATE_TENANT_PER_SECOND", EXPECTS)
            .default("200")
            .check(within(0..=MOST)),

        /// How often whoever is at one address (of IPv6: in one network of 64 bits) may
        /// ask a node in a minute, known or not. Families, offices and mobile networks
        /// share one. See TRUSTED_PROXIES.
        rate_address: u32 = setting("RATE_ADDRESS", EXPECTS)
            .default("1200")
            .check(within(0..=MOST)),
    }
}

impl Rates {
    /// What the web server allows.
    pub(crate) fn web(&self) -> sesame_webapp::Rates {
        sesame_webapp::Rates {
            person: self.rate_person,
            critical: self.rate_person_critical,
            reads: self.rate_person_reads,
            tenant: self.rate_tenant_per_second,
            address: self.rate_address,
        }
    }
}
