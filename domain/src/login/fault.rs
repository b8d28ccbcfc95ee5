//! Whose fault it is that a login ended without an account.

use super::{Ending, Failure, Proving, State, Status};

/// Whose fault it is that a login which was scanned linked nothing: what is
/// promised of logins counts what people choose neither way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No one's: an account is linked.
    None,
    /// The person chose so, or their account is not as it has to be.
    Person,
    /// Telegram did not answer, or did not let it go on.
    Telegram,
    /// Ours.
    Sesame,
}

impl Fault {
    /// All there are.
    pub const ALL: [Self; 4] = [Self::None, Self::Person, Self::Telegram, Self::Sesame];

    /// The stable name in metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Person => "person",
            Self::Telegram => "telegram",
            Self::Sesame => "sesame",
        }
    }

    /// Of an ending that came in this state.
    pub fn of(before: &State, ending: &Ending) -> Self {
        match ending {
            Ending::Authorized { .. } => Self::None,
            Ending::Cancelled | Ending::Superseded => Self::Person,
            Ending::Expired => Self::of_expiry(before),
            Ending::Failed(failure) => Self::of_failure(*failure),
        }
    }

    /// Whoever is waited for when time runs out.
    fn of_expiry(before: &State) -> Self {
        match before {
            State::Proving(Proving::Required(_)) => Self::Person,
            State::Proving(Proving::Checking(_)) => Self::Telegram,
            // The scan was taken back, and no other one came.
            State::Asking(_) if before.status() == Status::Pending => Self::Person,
            State::Asking(_) | State::Finishing(_) | State::Ended { .. } => Self::Sesame,
        }
    }

    fn of_failure(failure: Failure) -> Self {
        match failure {
            Failure::WrongAccount
            | Failure::Frozen
            | Failure::Banned
            | Failure::Deleted
            | Failure::NumberAttempts
            | Failure::NumberFlood { .. }
            | Failure::CodeAttempts
            | Failure::EmailRequired
            | Failure::PasswordFlood { .. }
            | Failure::PasswordAttempts
            | Failure::PasswordRemoved
            | Failure::Revoked
            | Failure::LoginBudget { .. } => Self::Person,
            Failure::TelegramUnavailable { .. }
            | Failure::Flood { .. }
            | Failure::CodeUnavailable => Self::Telegram,
            Failure::AppRefused | Failure::Internal => Self::Sesame,
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::super::{Password, QrAsking};
    use super::*;

    fn password() -> Password {
        Password {
            hint: None,
            attempts_left: 3,
            rejected: false,
        }
    }

    #[test]
    fn whoever_was_waited_for_is_at_fault_when_time_runs_out() {
        let expired = |before: State| Fault::of(&before, &Ending::Expired);
        assert_eq!(
            expired(Proving::password_required(password()).into()),
            Fault::Person
        );
        assert_eq!(
            expired(Proving::checking_password(password()).into()),
            Fault::Telegram
        );
        assert_eq!(expired(QrAsking::Starting.into()), Fault::Sesame);
        assert_eq!(expired(QrAsking::Migrating { dc: 2 }.into()), Fault::Sesame);
    }

    #[test]
    fn what_people_choose_is_their_own_and_what_is_broken_is_not() {
        let before = State::from(QrAsking::Starting);
        for ending in [Ending::Cancelled, Ending::Superseded] {
            assert_eq!(Fault::of(&before, &ending), Fault::Person);
        }
        let until = DateTime::UNIX_EPOCH;
        let ours: Vec<_> = Failure::every(until)
            .filter(|it| Fault::of(&before, &Ending::Failed(*it)) != Fault::Person)
            .map(Failure::code)
            .collect();
        assert_eq!(
            ours,
            [
                "code_unavailable",
                "app_refused",
                "internal",
                "flood",
                "telegram_unavailable"
            ]
        );
    }
}
