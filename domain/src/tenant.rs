//! Tenants: bots with the people who use them. One stands in the environment;
//! others are rows, added and changed while Sesame runs.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::ids::TenantId;
use crate::sealed::{Binding, Sealed};
use crate::time::Timestamp;

macro_rules! states {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// What is done for a tenant.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum TenantState {
            $($(#[$doc])* $name,)*
        }

        impl TenantState {
            /// All there are.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The name in the database; never changed.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// The state with this name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.as_str() == name)
            }
        }
    };
}

states! {
    /// Its bot answers, its people can link accounts, its sessions are used.
    Active = "active",
    /// Its bot is silent and its app shut; nothing is done with its sessions, and
    /// nothing of it is lost.
    Paused = "paused",
    /// It is being removed: its bot is silent, and all that it has is erased, its
    /// sessions logged out.
    Leaving = "leaving",
}

/// The bot of a tenant, as Telegram knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantBot {
    /// Its id at Telegram: no two tenants have the same bot.
    pub id: i64,
    /// Its public name, without the `@`.
    pub username: String,
}

/// What a tenant has otherwise than the environment says: names of settings, and
/// what is written for them.
pub type TenantSettings = BTreeMap<String, String>;

/// A tenant that is a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// Its name.
    pub id: TenantId,
    /// What is done for it.
    pub state: TenantState,
    /// Its bot.
    pub bot: TenantBot,
    /// Under which name the bot's token is sealed among the instance's secrets.
    pub token: TokenName,
    /// What it has otherwise than the environment says.
    pub settings: TenantSettings,
    /// Grows with each change.
    pub version: i64,
    /// When it was added.
    pub added_at: Timestamp,
    /// When it was changed last.
    pub changed_at: Timestamp,
}

/// What is to be changed about a tenant; `None`: it stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TenantChange {
    /// What is done for it.
    pub state: Option<TenantState>,
    /// Its bot, and the bot's token; the former one is erased.
    pub bot: Option<(TenantBot, SealedToken)>,
    /// What it has otherwise than the environment says.
    pub settings: Option<TenantSettings>,
}

/// Under which name a bot's token is sealed. Each token has one of its own, with the
/// tenant in it, so that none opens as another's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenName(String);

impl TokenName {
    /// The name of a token that is to be sealed now.
    pub fn fresh(tenant: &TenantId, random: Uuid) -> Self {
        Self(format!("{}{random}", Self::all_of(tenant)))
    }

    /// The name as a row has it, if it is one of this tenant's.
    pub fn stored(tenant: &TenantId, name: String) -> Option<Self> {
        name.starts_with(&Self::all_of(tenant))
            .then_some(Self(name))
    }

    /// With what the names of all tokens of a tenant begin.
    pub fn all_of(tenant: &TenantId) -> String {
        format!("bot_token@{tenant}/")
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A bot's token, sealed under [`Binding::secret`] of its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedToken {
    /// The name.
    pub name: TokenName,
    /// The token.
    pub sealed: Sealed,
}

/// What stands for a tenant in the audit, where an id is needed: it follows from
/// its name.
pub fn audit_subject(tenant: &TenantId) -> Uuid {
    Binding::secret(&format!("tenant {tenant}")).subject
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_of_another_tenant_is_none_of_ours() {
        let (harbour, main) = ("harbour".parse().unwrap(), "main".parse().unwrap());
        let name = TokenName::fresh(&harbour, Uuid::nil());
        let stored = |tenant| TokenName::stored(tenant, name.as_str().to_owned());
        assert_eq!(stored(&harbour), Some(name.clone()));
        assert_eq!(stored(&main), None);
    }

    #[test]
    fn states_are_known_by_their_names() {
        for state in TenantState::ALL {
            assert_eq!(TenantState::from_name(state.as_str()), Some(*state));
        }
        assert_eq!(TenantState::from_name("frozen"), None);
    }
}
