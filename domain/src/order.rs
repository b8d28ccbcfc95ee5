//! What someone who looks after Sesame orders, for the audit: who, why, from where.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::audit::{Action, Actor, AuditEntry, AuditReason};
use crate::ids::Owner;
use crate::request::RequestId;
use crate::time::Timestamp;

/// The longest reason, in characters.
const LONGEST: usize = 300;

/// Why someone orders something, in their words: a line that says something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrderReason(String);

/// This is no reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a reason is one line of 1 to {LONGEST} characters")]
pub struct OrderReasonError;

impl OrderReason {
    /// The words.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for OrderReason {
    type Err = OrderReasonError;

    fn from_str(text: &str) -> Result<Self, OrderReasonError> {
        let text = text.trim();
        let is_long = text.chars().count() > LONGEST;
        if text.is_empty() || is_long || text.chars().any(char::is_control) {
            return Err(OrderReasonError);
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for OrderReason {
    type Error = OrderReasonError;

    fn try_from(text: String) -> Result<Self, OrderReasonError> {
        text.parse()
    }
}

impl From<OrderReason> for String {
    fn from(reason: OrderReason) -> Self {
        reason.0
    }
}

impl fmt::Display for OrderReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What someone orders: who, why, from where and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Who, by the name and role that they have at that moment.
    pub by: Actor,
    /// Why.
    pub reason: OrderReason,
    /// From where: `admin page`, `command line on db1`.
    pub origin: String,
    /// When.
    pub at: Timestamp,
    /// The request in which they did.
    pub request: Option<RequestId>,
}

impl Order {
    /// The entry in the audit of something that was done because of it.
    pub fn entry(&self, owner: Owner, subject: Uuid, action: Action) -> AuditEntry {
        // Their words stay theirs, whatever they look like.
        let reason = AuditReason::Other(self.reason.to_string());
        let mut entry = AuditEntry::new(self.at, owner, subject, self.by.clone(), action, "")
            .from(self.origin.clone());
        entry.reason = reason;
        entry
    }

    /// Who ordered it, where only a name has room.
    pub fn name(&self) -> &str {
        self.by.name().unwrap_or_else(|| self.by.kind())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_a_line_that_says_something() {
        let reason: OrderReason = "  unused for 90 days ".parse().unwrap();
        assert_eq!(reason.as_str(), "unused for 90 days");
        for text in ["", "  ", "two\nlines", &"x".repeat(LONGEST + 1)] {
            assert_eq!(text.parse::<OrderReason>(), Err(OrderReasonError));
        }
        assert!("\u{451}".repeat(LONGEST).parse::<OrderReason>().is_ok());
    }

    #[test]
    fn an_entry_says_who_ordered_it_and_why_in_their_words() {
        let order = Order {
            by: Actor::Operator {
                name: "Mara (owner)".to_owned(),
            },
            reason: "unlinked".parse().unwrap(),
            origin: "admin page".to_owned(),
            at: chrono::DateTime::UNIX_EPOCH,
            request: None,
        };
        let entry = order.entry(Owner::instance(), Uuid::nil(), Action::AccountUnlinked);
        assert_eq!(entry.actor, order.by);
        assert!(matches!(&entry.reason, AuditReason::Other(it) if it == "unlinked"));
        assert_eq!((entry.origin.as_str(), entry.at), ("admin page", order.at));
        assert_eq!(order.name(), "Mara (owner)");
    }
}
