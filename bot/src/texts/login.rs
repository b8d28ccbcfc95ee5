//! Where a login stands.

use sesame_domain::login::{Asking, Ending, Login, Proving, QrAsking, Question, State};
use sesame_domain::time::Timestamp;
use sesame_words::{BotWords, Html};

/// Where a login stands.
pub(crate) fn login_status(words: BotWords, login: &Login, now: Timestamp) -> Html {
    let said = match &login.state {
        State::Asking(Asking::Qr(asking)) => match asking {
            QrAsking::Starting => words.login_starting(),
            QrAsking::Pending(_) => words.login_pending(login.scan_until() - now),
            QrAsking::Scanned { .. } | QrAsking::Migrating { .. } => words.login_scanned(),
        },
        State::Proving(Proving::Required(Question::Number(_))) => {
            words.login_number_required(login.expires_at - now)
        }
        State::Proving(Proving::Checking(Question::Number(_))) => words.login_sending_code(),
        State::Proving(Proving::Required(Question::Code(_))) => {
            words.login_code_required(login.expires_at - now)
        }
        State::Proving(Proving::Checking(Question::Code(_))) => words.login_checking_code(),
        State::Proving(Proving::Required(Question::Password(_))) => {
            words.login_password_required(login.expires_at - now)
        }
        State::Proving(Proving::Checking(Question::Password(_))) => words.login_checking_password(),
        State::Finishing(_) => words.login_linking(),
        State::Ended { ending, .. } => return ended(words, *ending, now),
    };
    said.into()
}

fn ended(words: BotWords, ending: Ending, now: Timestamp) -> Html {
    let said = match ending {
        Ending::Authorized { .. } => words.login_linked(),
        Ending::Expired => words.login_expired(),
        Ending::Cancelled => words.login_cancelled(),
        Ending::Superseded => words.login_superseded(),
        Ending::Failed(failure) => return words.language().failure(failure).chat(now),
    };
    said.into()
}
