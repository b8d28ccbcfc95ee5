//! Whether Telegram froze an account. Reading works all the same, so it is asked
//! for: it stands in what Telegram has apps configured with
//! (<https://core.telegram.org/api/config#client-configuration>).

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use grammers_tl_types::{enums, functions, types};
use sesame_domain::ids::SessionId;

use crate::gate::{CallPolicy, TelegramError};
use crate::node::Node;

use super::live::Live;

/// What says since when an account is frozen.
const FROZEN_SINCE: &str = "freeze_since_date";
/// Of how many accounts it is remembered what was told last.
const ROOM: usize = 20_000;

/// What Telegram told last about accounts, so that it need not be told again
/// while nothing changes.
#[derive(Debug, Default)]
pub(super) struct Freezes(Mutex<HashMap<SessionId, Told>>);

#[derive(Clone, Copy, Debug, Default)]
struct Told {
    /// By this Telegram knows what was told.
    hash: i32,
    is_frozen: bool,
}

impl Freezes {
    /// Whether the account of a session is frozen.
    pub(super) async fn is_frozen(
        &self,
        node: &Node,
        live: &Live,
        policy: CallPolicy,
    ) -> Result<bool, TelegramError> {
        let id = live.claim().session;
        let before = self.all().get(&id).copied().unwrap_or_default();
        let request = functions::help::GetAppConfig { hash: before.hash };
        match node.gate.call(live.caller(), &request, policy).await? {
            enums::help::AppConfig::NotModified => Ok(before.is_frozen),
            enums::help::AppConfig::Config(types::help::AppConfig { hash, config }) => {
                let is_frozen = says_frozen(&config);
                self.note(id, Told { hash, is_frozen });
                Ok(is_frozen)
            }
        }
    }

    fn note(&self, id: SessionId, told: Told) {
        let mut all = self.all();
        if all.len() >= ROOM {
            all.clear();
        }
        all.insert(id, told);
    }

    fn all(&self) -> MutexGuard<'_, HashMap<SessionId, Told>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn says_frozen(config: &enums::Jsonvalue) -> bool {
    let enums::Jsonvalue::JsonObject(object) = config else {
        return false;
    };
    object.value.iter().any(|entry| {
        let enums::JsonobjectValue::JsonObjectValue(entry) = entry;
        let is_set =
            matches!(&entry.value, enums::Jsonvalue::JsonNumber(since) if since.value > 0.0);
        entry.key == FROZEN_SINCE && is_set
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(key: &str, value: f64) -> enums::Jsonvalue {
        let value = enums::Jsonvalue::JsonNumber(types::JsonNumber { value });
        let key = key.to_owned();
        let entry = types::JsonObjectValue { key, value };
        let value = vec![enums::JsonobjectValue::JsonObjectValue(entry)];
        enums::Jsonvalue::JsonObject(types::JsonObject { value })
    }

    #[test]
    fn an_account_is_frozen_since_a_date() {
        assert!(says_frozen(&config(FROZEN_SINCE, 1.8e9)));
        assert!(!says_frozen(&config(FROZEN_SINCE, 0.0)));
        assert!(!says_frozen(&config("freeze_until_date", 1.8e9)));
        assert!(!says_frozen(&enums::Jsonvalue::JsonNull));
    }
}
