//! The questions of signing in by phone, in nullable columns, and back.

use sea_orm::Set;
use sesame_domain::login::{Code, CodeSent, CodeWay, Number, Question, Rejection};
use sesame_domain::ports::StoreError;

use super::table::{ActiveModel, Model};
use crate::rows::parts::{needed, pack, stored, unpack};

/// The question for the number.
pub(super) fn number(row: &Model) -> Result<Question, StoreError> {
    const WHAT: &str = "the question for a number";
    Ok(Question::Number(Number {
        attempts_left: count(row.numbers_left, WHAT)?,
        rejected: rejection(row)?,
    }))
}

/// The question for the code.
pub(super) fn code(row: &Model) -> Result<Question, StoreError> {
    const WHAT: &str = "the question for a code";
    let way = needed(row.code_way.as_deref(), WHAT)?;
    Ok(Question::Code(Code {
        sent: CodeSent {
            handle: unpack(needed(row.code_handle.as_deref(), WHAT)?)?,
            shown: unpack(needed(row.code_shown.as_deref(), WHAT)?)?,
            way: code_way(way)?,
            next: row.code_next.as_deref().map(code_way).transpose()?,
            again_at: needed(row.code_again_at, WHAT)?,
        },
        attempts_left: count(row.code_attempts_left, WHAT)?,
        numbers_left: count(row.numbers_left, WHAT)?,
        rejected: rejection(row)?,
    }))
}

fn count(column: Option<i16>, what: &'static str) -> Result<u8, StoreError> {
    u8::try_from(needed(column, what)?).map_err(|_| StoreError::inconsistent(what))
}

fn code_way(name: &str) -> Result<CodeWay, StoreError> {
    let known = CodeWay::ALL.iter().find(|way| way.as_str() == name);
    needed(known.copied(), "the way of a code")
}

fn rejection(row: &Model) -> Result<Option<Rejection>, StoreError> {
    let Some(code) = row.answer_rejected.as_deref() else {
        return Ok(None);
    };
    let known = Rejection::ALL.iter().find(|why| why.code() == code);
    needed(known.copied(), "why an answer was not taken").map(Some)
}

pub(super) fn set_number(row: &mut ActiveModel, number: &Number) {
    row.numbers_left = Set(Some(number.attempts_left.into()));
    set_rejection(row, number.rejected);
}

pub(super) fn set_code(row: &mut ActiveModel, code: &Code) -> Result<(), StoreError> {
    let CodeSent {
        handle,
        shown,
        way,
        next,
        again_at,
    } = &code.sent;
    row.code_handle = Set(Some(pack(handle)?));
    row.code_shown = Set(Some(pack(shown)?));
    row.code_way = Set(Some(way.as_str().to_owned()));
    row.code_next = Set(next.map(|way| way.as_str().to_owned()));
    row.code_again_at = Set(Some(stored(*again_at)));
    row.code_attempts_left = Set(Some(code.attempts_left.into()));
    row.numbers_left = Set(Some(code.numbers_left.into()));
    set_rejection(row, code.rejected);
    Ok(())
}

fn set_rejection(row: &mut ActiveModel, rejected: Option<Rejection>) {
    row.answer_rejected = Set(rejected.map(|why| why.code().to_owned()));
}

pub(super) fn clear(row: &mut ActiveModel) {
    row.numbers_left = Set(None);
    row.code_handle = Set(None);
    row.code_shown = Set(None);
    row.code_way = Set(None);
    row.code_next = Set(None);
    row.code_again_at = Set(None);
    row.code_attempts_left = Set(None);
    row.answer_rejected = Set(None);
}

/// The names of these states in the database; never changed.
pub(super) const NUMBER_REQUIRED: &str = "number_required";
pub(super) const SENDING_CODE: &str = "sending_code";
pub(super) const CODE_REQUIRED: &str = "code_required";
pub(super) const CHECKING_CODE: &str = "checking_code";
