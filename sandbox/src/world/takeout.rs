//! Exports of someone's data (<https://core.telegram.org/api/takeout>).

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::entropy;
use super::guarded::Guarded;

/// What is to be exported, as the client said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "as the schema has them")]
pub struct TakeoutFlags {
    /// Contacts.
    pub contacts: bool,
    /// Private chats.
    pub message_users: bool,
    /// Groups.
    pub message_chats: bool,
    /// Supergroups.
    pub message_megagroups: bool,
    /// Channels.
    pub message_channels: bool,
    /// Files.
    pub files: bool,
    /// Of files, those up to so many bytes.
    pub file_max_size: Option<i64>,
}

/// An export that was begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Takeout {
    /// What names it in calls; text, since it does not fit into a JavaScript number.
    #[serde(serialize_with = "as_text")]
    #[schema(value_type = String)]
    pub id: i64,
    /// What is to be exported.
    pub flags: TakeoutFlags,
    /// When it was begun, in seconds since 1970.
    pub began_at: i64,
    /// How it ended, if it did: whether the client was successful.
    pub success: Option<bool>,
    /// Whether another one was begun, which ended it.
    pub replaced: bool,
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "the shape that serde asks for"
)]
fn as_text<S: serde::Serializer>(id: &i64, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(id)
}

/// Why a call inside an export is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakeoutRefusal {
    /// It must be allowed on another device, or so many seconds have to pass.
    Delay(i64),
    /// There is no such export, or it is over.
    Invalid,
}

#[derive(Debug, Default)]
struct Account {
    /// How long a new export has to wait, in seconds.
    delay: i64,
    asked_at: Option<i64>,
    allowed: bool,
    all: Vec<Takeout>,
}

/// The exports of everyone.
#[derive(Debug, Default)]
pub struct Takeouts(Guarded<HashMap<i64, Account>>);

impl Takeouts {
    /// From now on, a new export of this person has to wait so long, in seconds, or
    /// until it is allowed.
    pub fn set_delay(&self, person: i64, seconds: i64) {
        let mut accounts = self.0.write();
        let account = accounts.entry(person).or_default();
        account.delay = seconds;
        account.asked_at = None;
        account.allowed = false;
    }

    /// The person allows the export that waits; `false` if none does.
    pub fn allow(&self, person: i64) -> bool {
        let mut accounts = self.0.write();
        let account = accounts.entry(person).or_default();
        account.allowed = account.asked_at.is_some();
        account.allowed
    }

    /// How long a new export has to wait, in seconds, and when one was asked for.
    pub fn delay(&self, person: i64) -> (i64, Option<i64>) {
        let accounts = self.0.read();
        let account = accounts.get(&person);
        account.map_or((0, None), |it| (it.delay, it.asked_at))
    }

    /// The exports of a person, oldest first.
    pub fn of(&self, person: i64) -> Vec<Takeout> {
        let accounts = self.0.read();
        accounts
            .get(&person)
            .map_or_else(Vec::new, |it| it.all.clone())
    }

    /// Begins an export, which ends the one before.
    ///
    /// # Errors
    /// When it has to wait; the first time, other devices are to be told.
    pub fn begin(
        &self,
        person: i64,
        flags: TakeoutFlags,
        now: i64,
    ) -> Result<i64, (TakeoutRefusal, bool)> {
        let mut accounts = self.0.write();
        let account = accounts.entry(person).or_default();
        if account.delay > 0 && !account.allowed {
            let first = account.asked_at.is_none();
            let asked_at = *account.asked_at.get_or_insert(now);
            let wait = asked_at + account.delay - now;
            if wait > 0 {
                return Err((TakeoutRefusal::Delay(wait), first));
            }
        }
        // The next one has to be allowed anew.
        account.allowed = false;
        account.asked_at = None;
        for former in &mut account.all {
            former.replaced |= former.success.is_none();
        }
        let id = entropy::id().saturating_abs();
        account.all.push(Takeout {
            id,
            flags,
            began_at: now,
            success: None,
            replaced: false,
        });
        Ok(id)
    }

    /// Whether a person's export goes on.
    pub fn goes_on(&self, person: i64, id: i64) -> bool {
        let accounts = self.0.read();
        let all = accounts.get(&person).map(|account| &account.all);
        let mut all = all.into_iter().flatten();
        all.any(|it| it.id == id && it.success.is_none() && !it.replaced)
    }

    /// Ends an export; `false` if it does not go on.
    pub fn finish(&self, person: i64, id: i64, success: bool) -> bool {
        let mut accounts = self.0.write();
        let all = accounts.entry(person).or_default().all.iter_mut();
        let mut going_on = all.filter(|it| it.id == id && it.success.is_none() && !it.replaced);
        match going_on.next() {
            Some(takeout) => {
                takeout.success = Some(success);
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_waits_until_it_is_allowed_or_time_has_passed() {
        let takeouts = Takeouts::default();
        let begin = |now| takeouts.begin(1, TakeoutFlags::default(), now);
        let first = begin(100).unwrap();
        takeouts.set_delay(1, 60);
        assert_eq!(begin(100), Err((TakeoutRefusal::Delay(60), true)));
        assert_eq!(begin(130), Err((TakeoutRefusal::Delay(30), false)));
        assert!(takeouts.goes_on(1, first));
        let second = begin(160).unwrap();
        assert!(!takeouts.goes_on(1, first) && takeouts.goes_on(1, second));
        assert!(!takeouts.allow(1));
        assert_eq!(begin(170), Err((TakeoutRefusal::Delay(60), true)));
        assert!(takeouts.allow(1));
        let third = begin(171).unwrap();
        assert!(takeouts.finish(1, third, true));
        assert!(!takeouts.finish(1, third, true));
        assert!(!takeouts.goes_on(2, third));
        assert_eq!(takeouts.of(1).len(), 3);
    }
}
