//! Where people are received.

use metrics::counter;
use teloxide::types::{CallbackQueryId, InlineKeyboardMarkup, MessageId};
use tracing::warn;
use url::Url;

use sesame_domain::audit::Actor;
use sesame_domain::disclosure::Disclosure;
use sesame_domain::ids::{Owner, TenantId};
use sesame_domain::operator::{Operators, Scope};
use sesame_domain::reason::Reason;
use sesame_words::Html;

use crate::app_link::AppLink;
use crate::error::AnswerError;
use crate::sender::Sender;
use crate::settings::{BotPorts, OwnWords};
use crate::telegram::{ApiFault, Telegram};

/// Where people are received: all that it takes to answer them.
#[derive(Clone, Debug)]
pub(crate) struct BotContext {
    /// The tenant that this bot is.
    pub(crate) tenant: TenantId,
    /// The Bot API.
    pub(crate) telegram: Telegram,
    /// The Mini App.
    pub(crate) app: AppLink,
    /// How often a person is answered in a minute; 0: always.
    pub(crate) rate: u32,
    /// What it says of its own.
    pub(crate) own_words: OwnWords,
    /// What people are told before they link their account.
    pub(crate) disclosure: Disclosure,
    /// Who gets a link to the operators' pages.
    pub(crate) operators: Operators,
    /// Where those are.
    pub(crate) admin: Url,
    /// The rest of Sesame.
    pub(crate) ports: BotPorts,
}

impl BotContext {
    /// Remembers that a person is here.
    pub(crate) async fn welcome(&self, sender: &Sender) -> Result<(), AnswerError> {
        let now = self.ports.clock.now();
        let language = sender.language.as_deref();
        Ok(self.ports.people.seen(&sender.owner, language, now).await?)
    }

    /// Who the sender is in the audit, when they ask for what is an operator's.
    pub(crate) fn operator_actor(&self, sender: &Sender) -> Actor {
        let owner = &sender.owner;
        let scope = Scope::Tenant(owner.tenant.clone());
        match self.operators.of_tenant(&owner.tenant, owner.person) {
            Some(operator) => operator.actor(&scope),
            None => Actor::Owner,
        }
    }

    /// Answers with a message.
    pub(crate) async fn say(
        &self,
        sender: &Sender,
        html: impl Into<Html>,
        keyboard: Option<InlineKeyboardMarkup>,
    ) -> Result<(), AnswerError> {
        let html = html.into();
        self.telegram.send(sender.place, &html, keyboard).await?;
        Ok(())
    }

    /// Answers with a message that shows the sender's account: what becomes of that is
    /// said in its place.
    pub(crate) async fn show_account(
        &self,
        sender: &Sender,
        html: impl Into<Html>,
        keyboard: Option<InlineKeyboardMarkup>,
    ) -> Result<(), AnswerError> {
        let html = html.into();
        let sent = self.telegram.send(sender.place, &html, keyboard).await?;
        self.shown_in(&sender.owner, sent).await;
        Ok(())
    }

    /// A person's account is shown in this message now. Where that cannot be kept, what
    /// becomes of the account is said in a message of its own.
    pub(crate) async fn shown_in(&self, owner: &Owner, message: MessageId) {
        if let Err(error) = self.ports.people.shown_in(owner, message.0).await {
            tracing::debug!(error = %Reason::of(&error), "where an account is shown is not kept");
        }
    }

    /// The message in which a person's account is shown, which is to say something else
    /// now, if there is one.
    pub(crate) async fn take_shown(&self, owner: &Owner) -> Option<MessageId> {
        let shown = self.ports.people.take_shown(owner).await;
        shown
            .inspect_err(|error| {
                tracing::debug!(error = %Reason::of(error), "where an account is shown is not known");
            })
            .ok()
            .flatten()
            .map(MessageId)
    }

    /// Answers by changing a message; where that cannot be done, with a new
    /// one, for what was done must be said.
    pub(crate) async fn revise(
        &self,
        sender: &Sender,
        message: MessageId,
        html: impl Into<Html>,
        keyboard: Option<InlineKeyboardMarkup>,
    ) -> Result<(), AnswerError> {
        let chat = sender.place.chat;
        let html = html.into();
        let edited = self.telegram.edit(chat, message, &html, keyboard.clone());
        match edited.await {
            Ok(()) => Ok(()),
            Err(fault @ (ApiFault::Unreachable(_) | ApiFault::Token)) => Err(fault.into()),
            Err(fault) => {
                tracing::debug!(%fault, "a message cannot be changed; saying it anew");
                self.say(sender, html, keyboard).await?;
                // Its buttons are out of date. If they stay, they say so.
                self.telegram.take_back(chat, message).await;
                Ok(())
            }
        }
    }

    /// Deals with an answer that failed: it is logged here and nowhere else,
    /// and the person hears of it if they can.
    pub(crate) async fn settle(&self, sender: &Sender, answer: Result<(), AnswerError>) {
        let Err(error) = answer else { return };
        match &error {
            AnswerError::Api(ApiFault::Unreachable(why)) => {
                tracing::debug!(why, "a person cannot be written to");
                let now = self.ports.clock.now();
                if let Err(error) = self.ports.people.blocked(&sender.owner, now).await {
                    warn!(error = %Reason::of(&error), "that a person blocked the bot could not be remembered");
                }
            }
            AnswerError::Api(_) => warn!(error = %Reason::of(&error), "an answer did not get out"),
            AnswerError::Service(_) | AnswerError::Store(_) => {
                warn!(error = %Reason::of(&error), "an update could not be answered");
                self.apologise(sender, None).await;
            }
        }
    }

    /// Says that something went wrong, and ends the waiting of a button.
    pub(crate) async fn apologise(&self, sender: &Sender, pressed: Option<CallbackQueryId>) {
        let sorry = sender.texts.trouble().into();
        if let Some(query) = pressed {
            let ended = self
                .telegram
                .acknowledge(sender.place.chat, query, None)
                .await;
            if let Err(error) = ended {
                tracing::debug!(error = %Reason::of(&error), "a pressed button was not acknowledged");
            }
        }
        if let Err(error) = self.telegram.send(sender.place, &sorry, None).await {
            warn!(error = %Reason::of(&error), "an apology did not get out");
        }
    }

    /// Someone sends more than can be dealt with: an update was dropped.
    pub(crate) fn dropped(&self, first: bool) {
        if first {
            warn!("someone sends more than is dealt with: what waited longest is dropped");
        }
        counter!(
            "sesame_bot_updates_dropped_total", "tenant" => self.tenant.to_string()
        )
        .increment(1);
    }

    /// Counts an update.
    pub(crate) fn count(&self, kind: &'static str) {
        counter!(
            "sesame_bot_updates_total",
            "tenant" => self.tenant.to_string(), "kind" => kind
        )
        .increment(1);
    }
}
