//! How often one may ask.

use std::time::Duration;

use sesame_domain::ids::Owner;
use sesame_domain::ports::{Rate, RateKey};

use super::budget::Budget;

const MINUTE: Duration = Duration::from_secs(60);
const SECOND: Duration = Duration::from_secs(1);

/// How many times what is critical an address may take to sign in: one sign-in
/// takes two or three.
const SIGN_IN: u32 = 4;

/// What is asked of a limiter at once.
pub(super) type Asks = Vec<(RateKey, Rate)>;

/// How often one may ask; 0: as often as one likes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// A person, in a minute.
    pub person: u32,
    /// A person, for each of what is critical, in a minute.
    pub critical: u32,
    /// A person who reads, in a minute.
    pub reads: u32,
    /// All people of a tenant, in a second.
    pub tenant: u32,
    /// Whoever is at an address, in a minute.
    pub address: u32,
}

impl Rates {
    /// What a person takes with a request.
    pub(super) fn of_person(&self, owner: &Owner, budget: Budget) -> Asks {
        let mut asks = Asks::new();
        let mut ask = |key: RateKey, limit: u32, window: Duration| {
            if limit > 0 {
                asks.push((key, Rate::new(limit, window)));
            }
        };
        match budget {
            Budget::Free => return asks,
            Budget::Reads => ask(RateKey::of("reads", owner), self.reads, MINUTE),
            Budget::Usual | Budget::SignIn => {
                ask(RateKey::of("person", owner), self.person, MINUTE);
            }
            Budget::Critical(name) => {
                ask(RateKey::of(name, owner), self.critical, MINUTE);
                ask(RateKey::of("person", owner), self.person, MINUTE);
            }
        }
        if !asks.is_empty() && self.tenant > 0 {
            let most = Rate::new(self.burst(), SECOND);
            asks.push((RateKey::of("burst", owner), most));
        }
        let tenant = RateKey::new("tenant", owner.tenant.as_str());
        if self.tenant > 0 {
            asks.push((tenant, Rate::new(self.tenant, SECOND)));
        }
        asks
    }

    /// The most that one person may take in a second of what all have together:
    /// a minute's budget at once would leave nothing for the others.
    fn burst(&self) -> u32 {
        (self.tenant / 10).max(10)
    }

    /// What an address takes with a request.
    pub(super) fn of_address(&self, address: &str, budget: Budget) -> Asks {
        let mut asks = Asks::new();
        let mut ask = |scope: &'static str, limit: u32| {
            if limit > 0 {
                asks.push((RateKey::new(scope, address), Rate::new(limit, MINUTE)));
            }
        };
        match budget {
            Budget::Free => {}
            Budget::Reads | Budget::Usual | Budget::Critical(_) => ask("address", self.address),
            Budget::SignIn => {
                ask("address", self.address);
                ask("sign_in", self.critical.saturating_mul(SIGN_IN));
            }
        }
        asks
    }
}
