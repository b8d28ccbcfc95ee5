//! What follows once Telegram let the session in.

use super::super::effect::Effect;
use super::super::failure::Failure;
use super::super::finishing::Finishing;
use super::super::state::{Ending, Login, State};
use crate::ids::{AccountId, PersonId};
use crate::notice::NoticeKind;
use crate::time::Timestamp;

impl Login {
    /// Telegram let the session in.
    pub(super) fn signed_in(self, now: Timestamp) -> (Self, Vec<Effect>) {
        let until = self.finish_by(now);
        let next = Finishing::Verifying { until }.into();
        self.signing_in(now, next, Effect::Identify)
    }

    /// Telegram says whose account it is.
    pub(super) fn identified(self, person: PersonId, now: Timestamp) -> (Self, Vec<Effect>) {
        let forget = self.state.is_checking();
        match &self.state {
            State::Finishing(_) => {}
            State::Proving(_) if forget => {}
            State::Asking(_) | State::Proving(_) | State::Ended { .. } => {
                return (self, Vec::new());
            }
        }
        if person != self.owner.person {
            let (login, mut effects) = self.end(Ending::Failed(Failure::WrongAccount), now);
            effects.insert(0, Effect::RecordRefusal);
            return (login, effects);
        }
        let until = self.finish_by(now);
        let login = self.moved(Finishing::Linking { until }.into());
        let effects = if forget {
            vec![Effect::ForgetAnswer, Effect::Link]
        } else {
            vec![Effect::Link]
        };
        (login, effects)
    }

    /// The account is linked.
    pub(super) fn linked(self, account: AccountId, now: Timestamp) -> (Self, Vec<Effect>) {
        match &self.state {
            State::Finishing(Finishing::Linking { .. }) => {
                let device = self.device.model.clone();
                let ending = Ending::Authorized { account };
                let mut login = self.moved(State::Ended { ending, at: now });
                // The session belongs to the account now: nothing to clean up.
                login.cleanup_at = None;
                let notice = Effect::Notify(NoticeKind::Linked { device });
                (login, vec![notice, Effect::Disconnect])
            }
            State::Asking(_)
            | State::Proving(_)
            | State::Finishing(Finishing::Verifying { .. })
            | State::Ended { .. } => (self, Vec::new()),
        }
    }
}
