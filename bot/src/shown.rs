//! The messages that show people's accounts: what becomes of an account is said there,
//! rather than below it once more.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use sesame_domain::ids::Owner;
use teloxide::types::MessageId;

/// How many are remembered. Whoever's is forgotten gets a message of its own.
const MOST: usize = 10_000;

/// In which message each person's account was shown last, as far as this node showed
/// it and was not started since; clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct ShownAccounts(Arc<Mutex<HashMap<Owner, MessageId>>>);

impl ShownAccounts {
    /// It is shown in this message now.
    pub(crate) fn note(&self, owner: &Owner, message: MessageId) {
        let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if shown.len() >= MOST && !shown.contains_key(owner) {
            // Any will do: it is a courtesy.
            if let Some(one) = shown.keys().next().cloned() {
                shown.remove(&one);
            }
        }
        shown.insert(owner.clone(), message);
    }

    /// The message in which it is shown, which is to say something else now.
    pub(crate) fn take(&self, owner: &Owner) -> Option<MessageId> {
        let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shown.remove(owner)
    }
}

#[cfg(test)]
mod tests {
    use sesame_domain::ids::PersonId;

    use super::*;

    fn owner(person: usize) -> Owner {
        Owner {
            tenant: "main".parse().unwrap(),
            person: PersonId(i64::try_from(person).unwrap()),
        }
    }

    #[test]
    fn the_last_message_is_remembered_once() {
        let shown = ShownAccounts::default();
        shown.note(&owner(1), MessageId(7));
        shown.note(&owner(1), MessageId(9));
        assert_eq!(shown.take(&owner(1)), Some(MessageId(9)));
        assert_eq!(shown.take(&owner(1)), None);
    }

    #[test]
    fn no_more_are_remembered_than_are_of_use() {
        let shown = ShownAccounts::default();
        for person in 0..=MOST {
            shown.note(&owner(person), MessageId(1));
        }
        assert_eq!(shown.0.lock().unwrap().len(), MOST);
        assert_eq!(shown.take(&owner(MOST)), Some(MessageId(1)));
    }
}
