//! A login, as whoever sits before the terminal sees it: what it shows, what it asks,
//! how it goes on. What it does is elsewhere: a driver carries it, the same one that
//! carries those of the Mini App.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use futures::StreamExt as _;
use secrecy::zeroize::Zeroizing;
use sesame_domain::login::{Asking, Finishing, Login, Proving, QrAsking, Question, Retry, State};
use sesame_domain::login_contents::LoginContents;
use sesame_domain::plural::{agreeing, counted};
use sesame_domain::ports::{Answer, LoginService, LoginUpdates, ServiceError, Vault};
use sesame_domain::time::{Clock, Timestamp};
use sesame_webapp::{PhoneNumber, login_url};
use sesame_words::{AppWords, Html, Language};
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::questions;
use super::service_failure::failed;
use crate::failure::Failure;
use crate::terminal::{self, Frame, Prompt, QrCode, Silence, Typed};

/// How often it is looked whether what is shown is still so: time passes, and windows
/// change their size.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long to wait before an answer is given once more that was not taken.
const BUSY: Duration = Duration::from_secs(1);

/// How a conversation ended.
pub(super) enum Talked {
    /// The login is over.
    Over(Box<Login>),
    /// Ctrl-C, at a question.
    Interrupted,
}

/// What is open: a question, and what reads the answer.
struct Open {
    question: Question,
    prompt: Prompt<Answer>,
    /// Whether it was answered elsewhere: what is typed now answers nothing.
    is_stale: bool,
}

/// A login, as whoever sits before the terminal sees it.
pub(super) struct Conversation<'a> {
    service: &'a dyn LoginService,
    vault: &'a dyn Vault,
    clock: Arc<dyn Clock>,
    /// As it is known last.
    login: Login,
    /// The number that came with the command, until it was given once.
    number: Option<PhoneNumber>,
    code: Frame,
    /// What a phone would scan now.
    link: Option<Zeroizing<String>>,
    open: Option<Open>,
    said: Option<String>,
    /// The last one to be dropped.
    _silence: Silence,
}

/// The words of the Mini App, where they fit here as well.
fn words() -> AppWords {
    Language::ENGLISH.app()
}

impl<'a> Conversation<'a> {
    /// About a login that has begun.
    pub(super) fn about(
        login: Login,
        service: &'a dyn LoginService,
        vault: &'a dyn Vault,
        clock: Arc<dyn Clock>,
        number: Option<PhoneNumber>,
    ) -> Self {
        Self {
            service,
            vault,
            clock,
            login,
            number,
            code: Frame::default(),
            link: None,
            open: None,
            said: None,
            _silence: Silence::begin(),
        }
    }

    /// Talks until the login is over. To be dropped at any point: the terminal is left
    /// as it was.
    pub(super) async fn talk(mut self) -> Result<Talked, Failure> {
        let mut updates = self.watch().await?;
        let mut looks = interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        loop {
            tokio::select! {
                update = updates.next() => match update {
                    Some(update) => self.follow(update.map_err(failed)?).await?,
                    // It is over, and that was heard; or this process stops.
                    None => updates = self.watch().await?,
                },
                typed = typed(&mut self.open) => match typed? {
                    Typed::Answer(answer) => self.take(answer).await?,
                    Typed::Nothing => self.ask_again().await?,
                    Typed::Interrupt => return Ok(Talked::Interrupted),
                },
                _ = looks.tick() => self.show_code()?,
            }
            if self.login.is_over() {
                self.take_code_away()?;
                return Ok(Talked::Over(Box::new(self.login)));
            }
        }
    }

    async fn watch(&self) -> Result<LoginUpdates, Failure> {
        let watched = self.service.watch(&self.login.owner, self.login.id);
        watched.await.map_err(failed)
    }

    /// The login has moved, or not: what is old is passed over.
    async fn follow(&mut self, login: Login) -> Result<(), Failure> {
        if login.version < self.login.version {
            return Ok(());
        }
        self.login = login;
        let state = self.login.state.clone();
        if !matches!(&state, State::Asking(asking) if is_shown(asking)) {
            self.take_code_away()?;
        }
        match &state {
            State::Asking(Asking::Qr(asking)) => self.follow_code(asking).await,
            State::Proving(Proving::Required(question)) => self.ask(question).await,
            State::Proving(Proving::Checking(question)) => self.say(match question {
                Question::Number(_) => words().number_sending().into(),
                Question::Code(_) => words().login_code_checking().into(),
                Question::Password(_) => words().password_checking().into(),
            }),
            State::Finishing(finishing) => self.say(match finishing {
                Finishing::Verifying { .. } => words().verifying().into(),
                Finishing::Linking { .. } => words().linking().into(),
            }),
            State::Ended { .. } => Ok(()),
        }?;
        let retry = self.login.retry.filter(|_| !self.login.is_over());
        match retry {
            // On show with the code, or to be heard of once there is an answer.
            Some(_) if self.link.is_some() || self.open.is_some() => Ok(()),
            Some(retry) => self.say(unreachable(retry, self.clock.now())),
            None => Ok(()),
        }
    }

    async fn follow_code(&mut self, asking: &QrAsking) -> Result<(), Failure> {
        match asking {
            QrAsking::Starting => self.say(words().code_first().into()),
            QrAsking::Pending(_) => {
                let contents = self.contents().await?;
                self.link = contents.token.map(|token| login_url(&token));
                self.show_code()
            }
            QrAsking::Scanned { .. } => self.say(words().scanned().into()),
            QrAsking::Migrating { .. } => self.say(words().moving().into()),
        }
    }

    async fn contents(&self) -> Result<LoginContents, Failure> {
        let contents = LoginContents::open(self.vault, &self.login).await;
        contents.map_err(|error| failed(error.into()))
    }

    /// Shows what is to be scanned, as it is now.
    fn show_code(&mut self) -> Result<(), Failure> {
        let (Some(link), Some(Asking::Qr(QrAsking::Pending(shown)))) =
            (&self.link, self.login.state.asking())
        else {
            return Ok(());
        };
        let now = self.clock.now();
        let retry = self.login.retry;
        let (code, says) = if shown.expires_at > now && retry.is_none() {
            (QrCode::of(link), self.to_scan(now))
        } else if let Some(retry) = retry {
            (None, unreachable(retry, now))
        } else {
            (None, words().code_fresh().into())
        };
        self.code.show(code, &says).map_err(unwritten)
    }

    fn to_scan(&self, now: Timestamp) -> String {
        let person = self.login.owner.person;
        let left = (self.login.scan_until() - now).max(TimeDelta::zero());
        let minutes = (left.num_seconds() + 59) / 60;
        let left = match u32::try_from(minutes).unwrap_or_default() {
            0 | 1 => "Less than a minute is left".to_owned(),
            minutes => {
                let verb = agreeing(minutes, "is", "are");
                format!("{} {verb} left", counted(minutes, "minute"))
            }
        };
        format!(
            "Scan it in Telegram on the phone with the account {person}: Settings >\nDevices > Link Desktop Device. {left}; Ctrl-C cancels."
        )
    }

    fn take_code_away(&mut self) -> Result<(), Failure> {
        self.link = None;
        self.code.take_away().map_err(unwritten)
    }

    /// Asks what the login asks, unless it is asked already.
    async fn ask(&mut self, question: &Question) -> Result<(), Failure> {
        match &mut self.open {
            Some(open) if is_same(&open.question, question) => return Ok(()),
            // There is no taking a prompt away from who may be typing into it.
            Some(open) => {
                if !std::mem::replace(&mut open.is_stale, true) {
                    terminal::tell_amid_prompt(
                        "This was answered elsewhere. Press Escape to see what is asked now.",
                    );
                }
                return Ok(());
            }
            None => {}
        }
        if let Question::Number(asked) = question
            && asked.rejected.is_none()
            && let Some(number) = self.number.take()
        {
            return Box::pin(self.submit(Answer::Number(number.secret()))).await;
        }
        let contents = self.contents().await?;
        if let Some(lead) = questions::lead(question, &contents) {
            self.said = None;
            terminal::say(&lead)?;
        }
        self.open = Some(Open {
            question: question.clone(),
            prompt: questions::ask(question, Arc::clone(&self.clock)),
            is_stale: false,
        });
        Ok(())
    }

    /// What is open was left without an answer.
    async fn ask_again(&mut self) -> Result<(), Failure> {
        self.open = None;
        let login = self.login.clone();
        self.follow(login).await
    }

    /// Someone typed an answer.
    async fn take(&mut self, answer: Answer) -> Result<(), Failure> {
        let was_stale = self.open.take().is_some_and(|it| it.is_stale);
        if was_stale {
            return self.ask_again().await;
        }
        self.submit(answer).await
    }

    /// Hands an answer to whoever drives the login.
    async fn submit(&mut self, answer: Answer) -> Result<(), Failure> {
        let (owner, id) = (self.login.owner.clone(), self.login.id);
        loop {
            match self.service.submit(&owner, id, answer.clone()).await {
                Ok(login) => return Box::pin(self.follow(login)).await,
                Err(ServiceError::WrongState) => {
                    let login = self.service.find(&owner, id).await.map_err(failed)?;
                    // It does not take this now: it is asked once more, or goes on.
                    return Box::pin(self.follow(login)).await;
                }
                Err(ServiceError::Busy) => {
                    self.say(
                        "Nothing carries this login for the moment. Trying again…".to_owned(),
                    )?;
                    sleep(BUSY).await;
                    let login = self.service.find(&owner, id).await.map_err(failed)?;
                    if login.is_over() {
                        return Box::pin(self.follow(login)).await;
                    }
                }
                Err(error) => return Err(failed(error)),
            }
        }
    }

    /// Says something once.
    fn say(&mut self, text: String) -> Result<(), Failure> {
        if self.said.as_deref() == Some(text.as_str()) {
            return Ok(());
        }
        terminal::say(&text)?;
        self.said = Some(text);
        Ok(())
    }
}

/// Whether it is the same question: Telegram is asked again and again whether it still
/// wants a password, and with each answer the hint is sealed anew.
fn is_same(one: &Question, other: &Question) -> bool {
    match (one, other) {
        (Question::Password(one), Question::Password(other)) => {
            (one.attempts_left, one.rejected) == (other.attempts_left, other.rejected)
        }
        (one, other) => one == other,
    }
}

/// Whether a code is on show.
fn is_shown(asking: &Asking) -> bool {
    matches!(asking, Asking::Qr(QrAsking::Pending(_)))
}

/// That Telegram does not answer.
fn unreachable(retry: Retry, now: Timestamp) -> String {
    match retry.dc {
        Some(dc) => {
            let left = (retry.retry_at - now).num_seconds().max(0);
            let left = format!("{}:{:02}", left / 60, left % 60);
            let dc = u64::try_from(dc).unwrap_or_default();
            let said = words().code_silent(dc, &Html::escaped(&left));
            said.without_markup()
        }
        None => words().code_unreachable().into(),
    }
}

fn unwritten(error: std::io::Error) -> Failure {
    Failure::other("the terminal cannot be written to", error)
}

/// What is typed into what is open; never anything, if nothing is.
async fn typed(open: &mut Option<Open>) -> Result<Typed<Answer>, Failure> {
    match open {
        Some(open) => open.prompt.typed().await,
        None => std::future::pending().await,
    }
}
