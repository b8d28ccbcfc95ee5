//! How far a run looks back for what was changed or deleted.

use chrono::TimeDelta;

/// How far back the messages are compared with what was kept of them, from the newest
/// kept one on: what was edited is kept anew, and what was deleted is marked. It
/// belongs to a run, not to what was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LookBack(u16);

/// As many days as a run looks back unless something else is said.
impl Default for LookBack {
    fn default() -> Self {
        Self(7)
    }
}

impl LookBack {
    /// Not at all.
    pub const NONE: Self = Self(0);
    /// The most days: longer than Telegram is old, for now.
    pub const MOST: u16 = 9_999;

    /// So many days; `None`: more than there can be.
    pub fn days(days: u16) -> Option<Self> {
        (days <= Self::MOST).then_some(Self(days))
    }

    /// How many days.
    pub fn as_days(self) -> u16 {
        self.0
    }

    /// How long; `None`: it is not looked at all.
    pub fn span(self) -> Option<TimeDelta> {
        (self.0 > 0).then(|| TimeDelta::days(self.0.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_unless_it_is_said_and_none_is_none() {
        assert_eq!(LookBack::default().span(), Some(TimeDelta::days(7)));
        assert_eq!(LookBack::NONE.span(), None);
        assert_eq!(LookBack::days(LookBack::MOST).unwrap().as_days(), 9_999);
        assert_eq!(LookBack::days(LookBack::MOST + 1), None);
    }
}
