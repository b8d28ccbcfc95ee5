//! What a login asks whoever sits before the terminal.

use std::fmt;
use std::sync::Arc;

use inquire::error::InquireResult;
use inquire::validator::Validation;
use inquire::{Password, PasswordDisplayMode, Select, Text};
use sesame_domain::login::{Code, CodeShown, CodeWay, Question};
use sesame_domain::login_contents::LoginContents;
use sesame_domain::plural::counted;
use sesame_domain::ports::Answer;
use sesame_domain::time::{Clock, Timestamp};
use sesame_webapp::PhoneNumber;
use sesame_words::{AppWords, Language};

use crate::terminal::{self, Prompt};

/// In one line, with what the prompt puts before it.
const MALFORMED: &str =
    "This is not a whole number yet: begin with its country's code, such as +49";

/// The words of the Mini App, where they fit here as well.
fn words() -> AppWords {
    Language::ENGLISH.app()
}

/// What is said before a question.
pub(super) fn lead(question: &Question, contents: &LoginContents) -> Option<String> {
    match question {
        Question::Number(number) => {
            let why = number.rejected?;
            Some(words().number_rejected(why.code()).into())
        }
        Question::Code(code) => Some(code_lead(code, contents.sent.as_ref())),
        Question::Password(password) => {
            let mut said = if password.rejected {
                String::from(words().password_rejected(u64::from(password.attempts_left)))
            } else {
                words().password_lead().into()
            };
            if let Some(hint) = &contents.hint {
                said.push('\n');
                said.push_str(&words().password_hint(hint).without_markup());
            }
            Some(said)
        }
    }
}

fn code_lead(code: &Code, shown: Option<&CodeShown>) -> String {
    let way = code.sent.way;
    if let Some(why) = code.rejected {
        return words().code_rejection(why, code.attempts_left).into();
    }
    let ends = shown.map_or("", |it| &it.number_ends);
    let mut said = match way {
        CodeWay::App => {
            "Telegram sent a code: it is in the chat “Telegram”, on a device where you are signed in.".to_owned()
        }
        other => words().login_code_lead(ends, other.as_str()).into(),
    };
    let detail = shown.and_then(|it| it.detail.as_deref());
    if let Some(detail) = detail.and_then(|it| words().code_detail(way, it)) {
        said.push('\n');
        said.push_str(&detail);
    }
    said.push('\n');
    said.push_str(&words().login_code_warning());
    said
}

/// Asks a question.
pub(super) fn ask(question: &Question, clock: Arc<dyn Clock>) -> Prompt<Answer> {
    match question {
        Question::Number(_) => Prompt::begin(number),
        Question::Code(code) => {
            let code = code.clone();
            Prompt::begin(move || code_or_another(&code, clock.as_ref()))
        }
        Question::Password(_) => Prompt::begin(password),
    }
}

fn number() -> InquireResult<Answer> {
    let whole = |typed: &str| {
        Ok(match PhoneNumber::read(typed) {
            Some(_) => Validation::Valid,
            None => Validation::Invalid(MALFORMED.into()),
        })
    };
    loop {
        let typed = Text::new("Phone number:")
            .with_help_message("It is used for this sign-in only, and not kept. Ctrl-C cancels")
            .with_validator(whole)
            // What was typed does not stay on show.
            .with_formatter(&|typed| ending_of(typed))
            .prompt()?;
        if let Some(number) = PhoneNumber::read(&typed) {
            return Ok(Answer::Number(number.secret()));
        }
    }
}

/// The last digits of a number.
fn ending_of(number: &str) -> String {
    let digits: Vec<_> = number.chars().filter(char::is_ascii_digit).collect();
    let last = digits.len().saturating_sub(2);
    format!("…{}", digits[last..].iter().collect::<String>())
}

fn password() -> InquireResult<Answer> {
    let typed = Password::new("Cloud password:")
        .without_confirmation()
        .with_display_mode(PasswordDisplayMode::Hidden)
        .with_help_message("Nothing is shown while you type. Ctrl-C cancels")
        .with_validator(|typed: &str| {
            Ok(if typed.is_empty() {
                Validation::Invalid(String::from(words().password_empty()).into())
            } else {
                Validation::Valid
            })
        })
        .prompt()?;
    Ok(Answer::Password(typed.into()))
}

fn code_or_another(code: &Code, clock: &dyn Clock) -> InquireResult<Answer> {
    loop {
        if !code.is_expired() {
            let typed = Password::new("Code:")
                .without_confirmation()
                .with_display_mode(PasswordDisplayMode::Masked)
                .with_help_message("Enter alone shows what else there is. Ctrl-C cancels")
                .prompt()?;
            let typed = typed.trim();
            if !typed.is_empty() {
                return Ok(Answer::Code(typed.to_owned().into()));
            }
        }
        let others = others(code, clock.now());
        let chosen = Select::new("What else?", others)
            .with_help_message("Arrows choose, Enter takes, Ctrl-C cancels")
            .without_filtering()
            .prompt_skippable()?;
        match chosen {
            Some(Other::Code { .. }) if !code.may_be_sent_again(clock.now()) => {
                let left = seconds_until(code.sent.again_at, clock.now());
                terminal::tell(&format!(
                    "Telegram sends another one in {}.",
                    counted(left, "second")
                ));
            }
            Some(Other::Code { .. }) => return Ok(Answer::AnotherCode),
            Some(Other::Number) => return Ok(Answer::AnotherNumber),
            Some(Other::Type) | None => {}
        }
    }
}

/// What can be done instead of typing a code.
enum Other {
    /// Have another one sent, by this way, in so many seconds.
    Code { way: Option<CodeWay>, in_: u64 },
    /// Give another number.
    Number,
    /// Type it after all.
    Type,
}

fn others(code: &Code, now: Timestamp) -> Vec<Other> {
    let mut others = Vec::new();
    if code.is_expired() || code.sent.next.is_some() {
        let is_due = code.may_be_sent_again(now);
        others.push(Other::Code {
            way: code.sent.next.filter(|_| !code.is_expired()),
            in_: if is_due {
                0
            } else {
                seconds_until(code.sent.again_at, now)
            },
        });
    }
    if code.numbers_left > 0 {
        others.push(Other::Number);
    }
    if !code.is_expired() {
        others.push(Other::Type);
    }
    others
}

fn seconds_until(at: Timestamp, now: Timestamp) -> u64 {
    let left = (at - now).num_milliseconds().max(0);
    u64::try_from(left).unwrap_or_default().div_ceil(1000)
}

impl fmt::Display for Other {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code { way, in_ } => {
                let way = way.map_or("other", CodeWay::as_str);
                write!(f, "{}", words().login_code_again_button(way))?;
                match in_ {
                    0 => Ok(()),
                    left => write!(f, " (in {})", counted(*left, "second")),
                }
            }
            Self::Number => write!(f, "{}", words().login_code_number_button()),
            Self::Type => f.write_str("Type the code"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_number_only_its_end_stays_on_show() {
        assert_eq!(ending_of("+49 30 9018 20"), "…20");
        assert_eq!(ending_of(""), "…");
    }
}
