//! A login's state in nullable columns, and back.

use sea_orm::Set;
use sesame_domain::ids::AccountId;
use sesame_domain::login::{
    Asking, Ending, Failure, Finishing, Password, Proving, Qr, QrAsking, Question, Retry, State,
    Status,
};
use sesame_domain::ports::StoreError;

use super::phone;
use super::table::{ActiveModel, Model};
use crate::rows::parts::{needed, pack, stored, unpack};

/// The state that the columns tell of.
pub(super) fn state(row: &Model) -> Result<State, StoreError> {
    Ok(match row.state.as_str() {
        "starting" => QrAsking::Starting.into(),
        "pending" => QrAsking::Pending(qr(row)?).into(),
        "scanned" => QrAsking::Scanned {
            ask_at: needed(row.ask_at, "a scanned login without a time to ask")?,
        }
        .into(),
        "migrating" => QrAsking::Migrating {
            dc: needed(row.dc, "a migrating login without a data centre")?,
        }
        .into(),
        phone::NUMBER_REQUIRED => Proving::Required(phone::number(row)?).into(),
        phone::SENDING_CODE => Proving::Checking(phone::number(row)?).into(),
        phone::CODE_REQUIRED => Proving::Required(phone::code(row)?).into(),
        phone::CHECKING_CODE => Proving::Checking(phone::code(row)?).into(),
        "password_required" => Proving::password_required(password(row)?).into(),
        "checking_password" => Proving::checking_password(password(row)?).into(),
        "verifying" => Finishing::Verifying {
            until: needed(row.finish_by, "a verifying login without a deadline")?,
        }
        .into(),
        "linking" => Finishing::Linking {
            until: needed(row.finish_by, "a linking login without a deadline")?,
        }
        .into(),
        name => State::Ended {
            ending: ending(name, row)?,
            at: needed(row.ended_at, "a login that is over without an end")?,
        },
    })
}

fn qr(row: &Model) -> Result<Qr, StoreError> {
    const WHAT: &str = "a pending login without a whole token";
    Ok(Qr {
        token: unpack(needed(row.qr_token.as_deref(), WHAT)?)?,
        expires_at: needed(row.qr_expires_at, WHAT)?,
        renew_at: needed(row.qr_renew_at, WHAT)?,
    })
}

fn password(row: &Model) -> Result<Password, StoreError> {
    const WHAT: &str = "the question for a password";
    let attempts_left = needed(row.password_attempts_left, WHAT)?;
    Ok(Password {
        hint: row.password_hint.as_deref().map(unpack).transpose()?,
        attempts_left: attempts_left
            .try_into()
            .map_err(|_| StoreError::inconsistent(WHAT))?,
        rejected: needed(row.password_rejected, WHAT)?,
    })
}

fn ending(name: &str, row: &Model) -> Result<Ending, StoreError> {
    Ok(match name {
        "authorized" => Ending::Authorized {
            account: AccountId::from(needed(
                row.account_id,
                "an authorized login without an account",
            )?),
        },
        "expired" => Ending::Expired,
        "cancelled" => Ending::Cancelled,
        "superseded" => Ending::Superseded,
        "failed" => {
            const WHAT: &str = "the reason of a failed login";
            let code = needed(row.failure_code.as_deref(), WHAT)?;
            Ending::Failed(needed(
                Failure::from_parts(code, row.failure_retry_at),
                WHAT,
            )?)
        }
        _ => return Err(StoreError::inconsistent("the state of a login")),
    })
}

/// The run of failures that the columns tell of.
pub(super) fn retry(row: &Model) -> Result<Option<Retry>, StoreError> {
    const WHAT: &str = "the retry of a login";
    match (row.setback_count, row.setback_retry_at) {
        (None, None) => Ok(None),
        (Some(count), Some(retry_at)) => Ok(Some(Retry {
            count: count
                .try_into()
                .map_err(|_| StoreError::inconsistent(WHAT))?,
            retry_at,
            dc: row.setback_dc,
        })),
        _ => Err(StoreError::inconsistent(WHAT)),
    }
}

/// Sets all columns of a state: those of other states to null.
pub(super) fn set_state(row: &mut ActiveModel, state: &State) -> Result<(), StoreError> {
    clear(row);
    row.state = Set(name(state).to_owned());
    match state {
        State::Asking(Asking::Qr(asking)) => set_qr(row, asking)?,
        State::Proving(proving) => match proving.question() {
            Question::Number(number) => phone::set_number(row, number),
            Question::Code(code) => phone::set_code(row, code)?,
            Question::Password(password) => set_password(row, password)?,
        },
        State::Finishing(finishing) => {
            row.finish_by = Set(Some(stored(finishing.until())));
        }
        State::Ended { ending, at } => {
            row.ended_at = Set(Some(stored(*at)));
            set_ending(row, *ending);
        }
    }
    Ok(())
}

fn set_qr(row: &mut ActiveModel, asking: &QrAsking) -> Result<(), StoreError> {
    match asking {
        QrAsking::Starting => {}
        QrAsking::Pending(qr) => {
            row.qr_token = Set(Some(pack(&qr.token)?));
            row.qr_expires_at = Set(Some(stored(qr.expires_at)));
            row.qr_renew_at = Set(Some(stored(qr.renew_at)));
        }
        QrAsking::Scanned { ask_at } => row.ask_at = Set(Some(stored(*ask_at))),
        QrAsking::Migrating { dc } => row.dc = Set(Some(*dc)),
    }
    Ok(())
}

fn set_password(row: &mut ActiveModel, password: &Password) -> Result<(), StoreError> {
    row.password_hint = Set(password.hint.as_ref().map(pack).transpose()?);
    row.password_attempts_left = Set(Some(password.attempts_left.into()));
    row.password_rejected = Set(Some(password.rejected));
    Ok(())
}

fn clear(row: &mut ActiveModel) {
    phone::clear(row);
    row.qr_token = Set(None);
    row.qr_expires_at = Set(None);
    row.qr_renew_at = Set(None);
    row.ask_at = Set(None);
    row.dc = Set(None);
    row.password_hint = Set(None);
    row.password_attempts_left = Set(None);
    row.password_rejected = Set(None);
    row.finish_by = Set(None);
    row.ended_at = Set(None);
    row.account_id = Set(None);
    row.failure_code = Set(None);
    row.failure_retry_at = Set(None);
}

fn set_ending(row: &mut ActiveModel, ending: Ending) {
    match ending {
        Ending::Authorized { account } => row.account_id = Set(Some(account.as_uuid())),
        Ending::Failed(failure) => {
            row.failure_code = Set(Some(failure.code().to_owned()));
            row.failure_retry_at = Set(failure.retry_at().map(stored));
        }
        Ending::Expired | Ending::Cancelled | Ending::Superseded => {}
    }
}

/// Sets the columns of a run of failures.
pub(super) fn set_retry(row: &mut ActiveModel, retry: Option<Retry>) -> Result<(), StoreError> {
    let count = retry
        .map(|retry| i32::try_from(retry.count))
        .transpose()
        .map_err(|_| StoreError::inconsistent("the retry of a login"))?;
    row.setback_count = Set(count);
    row.setback_retry_at = Set(retry.map(|retry| stored(retry.retry_at)));
    row.setback_dc = Set(retry.and_then(|retry| retry.dc));
    Ok(())
}

/// The name of a state in the database; never changed. Finer than the public
/// status: each state has its own columns.
fn name(state: &State) -> &'static str {
    match state {
        State::Asking(Asking::Qr(asking)) => match asking {
            QrAsking::Starting => "starting",
            QrAsking::Pending(_) => "pending",
            QrAsking::Scanned { .. } => "scanned",
            QrAsking::Migrating { .. } => "migrating",
        },
        State::Proving(Proving::Required(Question::Number(_))) => phone::NUMBER_REQUIRED,
        State::Proving(Proving::Checking(Question::Number(_))) => phone::SENDING_CODE,
        State::Proving(Proving::Required(Question::Code(_))) => phone::CODE_REQUIRED,
        State::Proving(Proving::Checking(Question::Code(_))) => phone::CHECKING_CODE,
        State::Proving(Proving::Required(Question::Password(_))) => "password_required",
        State::Proving(Proving::Checking(Question::Password(_))) => "checking_password",
        State::Finishing(Finishing::Verifying { .. }) => "verifying",
        State::Finishing(Finishing::Linking { .. }) => "linking",
        State::Ended { ending, .. } => match ending {
            Ending::Authorized { .. } => "authorized",
            Ending::Expired => "expired",
            Ending::Cancelled => "cancelled",
            Ending::Superseded => "superseded",
            Ending::Failed(_) => "failed",
        },
    }
}

/// The names of the states that are called so in public.
pub(crate) fn state_names(status: Status) -> &'static [&'static str] {
    match status {
        Status::Starting => &["starting"],
        Status::Pending => &["pending"],
        Status::Scanned => &["scanned"],
        Status::Migrating => &["migrating"],
        Status::NumberRequired => &[phone::NUMBER_REQUIRED, phone::SENDING_CODE],
        Status::CodeRequired => &[phone::CODE_REQUIRED, phone::CHECKING_CODE],
        Status::PasswordRequired => &["password_required", "checking_password"],
        Status::Verifying => &["verifying", "linking"],
        Status::Authorized => &["authorized"],
        Status::Expired => &["expired"],
        Status::Cancelled => &["cancelled"],
        Status::Superseded => &["superseded"],
        Status::Failed => &["failed"],
    }
}

/// What a state is called in public; as it is, if only a newer program knows it.
pub(crate) fn public_name(state: &str) -> &str {
    match state {
        phone::SENDING_CODE => phone::NUMBER_REQUIRED,
        phone::CHECKING_CODE => phone::CODE_REQUIRED,
        "checking_password" => "password_required",
        "linking" => "verifying",
        other => other,
    }
}
