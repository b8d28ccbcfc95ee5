//! How long it takes from the end of an attempt until nothing is left of it: its
//! connections are closed, what it was at Telegram is logged out, and its row is
//! as it stays.

use sesame_domain::ids::Owner;
use sesame_domain::login::{Login, State};
use sesame_domain::time::Timestamp;

use crate::metrics;
use crate::node::Node;

/// A clean-up that is being measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CleanUpTime {
    /// After what, as the metric names it: how the login ended, or `adopted` if
    /// another driver saw it end, or `parked` if it goes on elsewhere.
    after: &'static str,
    since: Timestamp,
}

impl CleanUpTime {
    /// That of a login that is over; `None`: it is not. `was_found_over`: its end
    /// was seen by a driver before this one.
    pub(super) fn of(login: &Login, was_found_over: bool) -> Option<Self> {
        let State::Ended { at, .. } = login.state else {
            return None;
        };
        let after = if was_found_over {
            "adopted"
        } else {
            login.state.status().as_str()
        };
        Some(Self {
            after,
            since: due_first(login, at),
        })
    }

    /// That of a login that is left for another driver from now on.
    pub(super) fn of_parking(node: &Node) -> Self {
        Self {
            after: "parked",
            since: node.now(),
        }
    }

    /// Nothing is left.
    pub(super) fn is_over(self, node: &Node, owner: &Owner) {
        metrics::cleaned_up(owner, self.after, node.now() - self.since);
    }
}

/// From when on a clean-up was to be made: from the end on, or, as long as someone
/// may scan the last code, from when it is dead. Once a try has failed, that moment
/// is not known any more, and all the time counts.
fn due_first(login: &Login, ended_at: Timestamp) -> Timestamp {
    match (login.cleanup_at, login.retry) {
        (Some(due), None) => due.max(ended_at),
        (Some(_), Some(_)) | (None, _) => ended_at,
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use sesame_domain::device::Device;
    use sesame_domain::ids::{LoginId, PersonId};
    use sesame_domain::login::{Ending, Method, Policy, Retry};

    use super::*;

    fn ended(cleanup_after: Option<i64>, retry: Option<Retry>) -> Login {
        let device = Device {
            model: "Sesame".to_owned(),
            system_version: "1".to_owned(),
            app_version: "1".to_owned(),
            app_name: "Sesame".to_owned(),
        };
        let owner = Owner {
            tenant: "default".parse().unwrap(),
            person: PersonId(1),
        };
        let id = LoginId::generate(&sesame_domain::random::SystemEntropy, at(0));
        let mut login = Login::begin(id, owner, Method::Qr, device, &Policy::default(), at(0));
        login = login.ended(Ending::Cancelled);
        login.cleanup_at = cleanup_after.map(at);
        login.retry = retry;
        login
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    fn since(login: &Login) -> Timestamp {
        CleanUpTime::of(login, false).unwrap().since
    }

    #[test]
    fn it_counts_from_the_end_or_from_when_no_one_can_scan_any_more() {
        assert_eq!(since(&ended(None, None)), at(0));
        assert_eq!(since(&ended(Some(0), None)), at(0));
        assert_eq!(since(&ended(Some(30), None)), at(30));
    }

    #[test]
    fn a_try_that_failed_counts() {
        let retry = Retry {
            count: 1,
            retry_at: at(35),
            dc: None,
        };
        assert_eq!(since(&ended(Some(35), Some(retry))), at(0));
    }

    #[test]
    fn it_says_how_the_login_ended_and_who_saw_it() {
        let login = ended(None, None);
        let after = |found_over| CleanUpTime::of(&login, found_over).unwrap().after;
        assert_eq!((after(false), after(true)), ("cancelled", "adopted"));
    }
}
